-- Works through a shop's orders with :Orderline, by its keys.

local function check(condition, what)
  if not condition then
    io.stderr:write("neovim: ", what, "\n", table.concat(vim.fn.getline(1, "$"), "\n"), "\n")
    vim.cmd("cquit 1")
  end
end

local said
vim.notify = function(sentence) said = sentence end

local function press(keys)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(keys, true, true, true), "x", false)
end
local function line(text) return vim.fn.search("\\V" .. text, "cw") end
local function wait(condition, what) check(vim.wait(20000, condition, 10), what .. ": not seen") end
local function wait_for(text) wait(function() return line(text) > 0 end, text) end
local function wait_to_hear(text)
  wait(function() return said and said:find(text, 1, true) end, text)
  said = nil
end
-- Another program at the same store.
local function elsewhere(...)
  local answer = vim.fn.system({ vim.env.ORDERLINE, "call", ... })
  check(vim.v.shell_error == 0, answer)
  return answer
end
local function choose(label, before)
  vim.ui.select = function(items, options, done)
    for _, item in ipairs(items) do
      if options.format_item(item):find(label, 1, true) then
        if before then before() end
        return done(item)
      end
    end
    check(false, label .. " is not offered")
  end
end

-- What is missing is named.
local program = vim.g.orderline_program
vim.g.orderline_program = "/nowhere/orderline"
vim.cmd("Orderline")
wait_to_hear("There is no program /nowhere/orderline")
vim.g.orderline_program = program
vim.cmd("bdelete")
vim.cmd("Orderline /nowhere/shop.db")
wait_to_hear("create it with: orderline init --store /nowhere/shop.db")
vim.cmd("bdelete")

-- The list: every column, lined up.
vim.cmd("Orderline")
wait_for("#630")
local titles = vim.fn.getline(3)
for _, title in ipairs({
  "Status", "Purchased", "Billing address", "Shipping address", "Gross sales", "Admin fee", "Date",
  "Actions",
}) do
  check(titles:find(title, 1, true), "no " .. title)
end
check(vim.fn.line(".") == line("#630"), "the cursor is elsewhere")
local row = vim.fn.getline(".")
for _, cell in ipairs({
  "En cours", "2 × Le Horla", "Élise Vasseur, 14 rue", "…", "Mathurin Le Goff", " 28.29 EUR",
  " 2.48 EUR", "17 juin 2021 @12h16", "Terminée · En attente",
}) do
  check(row:find(cell, 1, true), "no " .. cell)
end
local column
for number = 4, vim.fn.line("$") do
  local text = vim.fn.getline(number)
  local width = vim.fn.strdisplaywidth(text:sub(1, text:find(" EUR", 1, true)))
  column = column or width
  check(column == width, "crooked: " .. text)
end
check(not vim.bo.modifiable, "the list can be typed into")
io.stdout:write("neovim: the list\n")

-- Its first action changes the order under the cursor, here and in the store.
press("!")
wait_to_hear("Order #630 · Terminée")
wait(function() return vim.fn.getline("."):find("^#630 +Terminée") end, "#630 Terminée")
check(elsewhere("orders.get", "id=630"):find('"status":"completed"', 1, true), "not stored")

-- Any action can be chosen. One that is no longer possible is refused in the server's words.
line("#632")
choose("En attente")
press("a")
wait_for("#632   En attente")
choose("Terminée", function() elsewhere("orders.setStatus", "id=632", "status=cancelled") end)
press("a")
wait_to_hear("Order 632 is cancelled: completed may not follow.")
io.stdout:write("neovim: actions and refusals\n")

-- What others do is seen: at once where the server can tell, else by R.
vim.fn.system({ vim.env.ORDERLINE, "call", "changes.list" })
local live = vim.v.shell_error == 0
elsewhere("orders.setStatus", "id=631", "status=failed")
if not live then press("R") end
wait_for("#631   Échouée")
io.stdout:write("neovim: changes of others " .. (live and "by themselves" or "by R"), "\n")

-- An order has everything in it, and follows too.
line("#630")
press("<CR>")
wait_for("Order #630 · Terminée")
for _, text in ipairs({ "Paid              2021-06-17 12:18", "PHARE-12   4.99 EUR", "completed" }) do
  check(line(text) > 0, "no " .. text)
end
press("!")
wait_for("Order #630 · En cours")
press("q")
wait_for("#630   En cours")
io.stdout:write("neovim: an order\n")

-- Pages, statuses, words, sorts.
check(line("#622") == 0, "the first page has all")
press("]]")
wait_for("#622")
line("#617")
press("!")
wait_to_hear("Order #617 · Remboursée: nothing may follow")
press("]]")
wait_to_hear("This is the last page")
press("[[")
wait_for("#630")
choose("processing (")
press("f")
wait_for("Orders · processing")
check(line("Terminée  ") == 0 and line("#622") > 0, "the wrong status")
vim.ui.input = function(_, done) done("ELISE") end
press("s")
wait_for("Orders · processing · ELISE")
check(line("#630") > 0 and line("#622") == 0, "the wrong words")
vim.ui.input = function(_, done) done("") end
press("s")
wait_for("#622")
vim.ui.select = function(items, _, done) done(items[2]) end
press("o")
wait_for("Orders · processing · by id")
check(line("#621") < line("#630"), "the wrong order")
press("o")
wait_for("Orders · processing · by id, descending")
check(line("#621") > line("#630"), "the order is not turned round")
io.stdout:write("neovim: pages, statuses, words, sorts\n")

-- A server that ends is told of, and started again by the next wish.
local function server()
  for _, channel in ipairs(vim.api.nvim_list_chans()) do
    local running, process = pcall(vim.fn.jobpid, channel.id)
    if running then return process end
  end
end
vim.loop.kill(server(), "sigkill")
wait_to_hear("orderline ended with status 137")
elsewhere("orders.setStatus", "id=621", "status=completed")
press("R")
wait(function() return line("#621") == 0 end, "the list without #621")
io.stdout:write("neovim: a server that ends\n")

-- The last buffer that is closed ends the server; so does leaving.
check(server(), "no server")
press("q")
wait(function() return not server() end, "the end of the server")
vim.cmd("Orderline")
wait_for("#630")
vim.fn.writefile({ tostring(server()) }, vim.env.HOME .. "/server")
vim.cmd("qall")
