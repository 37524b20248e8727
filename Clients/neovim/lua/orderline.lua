-- A shop's orders in Neovim (0.7 and later): a client of `orderline serve`.
--
-- :Orderline [STORE]  lists the orders of the store, or of g:orderline_store, or $ORDERLINE_STORE.
--                     The program is g:orderline_program, or $ORDERLINE, or orderline in PATH.
--
-- The keys stand above what is shown. The list is the buffer orderline://orders/STORE, an order is
-- orderline://order/ID/STORE. Both follow what other programs do to the store, where the server
-- tells of it. The server lives as long as one of these buffers.

local Server = require("orderline.server")
local text = require("orderline.text")

local M = {}

local servers = {} -- by store
local views = {} -- by buffer: { buf, server, refresh, … }
local highlights = vim.api.nvim_create_namespace("orderline")
local top = 3 -- lines above the orders of a list

local function fail(sentence) vim.notify(sentence, vim.log.levels.ERROR) end

local function refresh_all(server)
  for _, view in pairs(views) do
    if view.server == server then view.refresh() end
  end
end

-- Puts lines into a view's buffer. `moved` says for the cursor's line where it is now.
local function write(view, lines, moved)
  local places = {}
  for _, window in ipairs(vim.fn.win_findbuf(view.buf)) do
    places[window] = vim.api.nvim_win_get_cursor(window)
  end
  vim.api.nvim_buf_clear_namespace(view.buf, highlights, 0, -1)
  vim.bo[view.buf].modifiable = true
  vim.api.nvim_buf_set_lines(view.buf, 0, -1, false, lines)
  vim.bo[view.buf].modifiable = false
  for window, place in pairs(places) do
    place[1] = math.min(moved and moved(place[1]) or place[1], #lines)
    vim.api.nvim_win_set_cursor(window, place)
  end
end

local function paint(view, group, line)
  vim.api.nvim_buf_add_highlight(view.buf, highlights, group, line - 1, 0, -1)
end

-- Asks for what a view shows, and shows it. A wish that comes meanwhile is granted afterwards.
local function load(view, method, params, show)
  view.again = view.loading
  if view.loading then return end
  view.loading = true
  local cursors = view.cursors
  view.server:ask(method, params, function(result, problem)
    view.loading = false
    if views[view.buf] ~= view then return end
    if problem then
      fail(problem)
    elseif view.cursors == cursors then
      -- Else another page has been asked for meanwhile.
      show(result)
    end
    if view.again then view.refresh() end
  end)
end

-- The order under the cursor of a list, or the one that is shown.
local function current(view)
  local order = view.order
  if view.orders then order = view.orders[vim.api.nvim_win_get_cursor(0)[1] - top] end
  if not order then fail("There is no order on this line") end
  return order
end

-- Sends an action of an order as it is.
local function run(view, action)
  view.server:ask(action.method, action.params, function(receipt, problem)
    if problem then return fail(problem) end
    vim.notify(receipt.order and text.title(receipt.order) or action.label)
    refresh_all(view.server)
  end)
end

-- Whether anything may be done with an order; says so if not.
local function has_actions(order)
  if not order.actions[1] then fail(text.title(order) .. ": nothing may follow") end
  return order.actions[1] ~= nil
end

local function common_keys(view)
  return {
    a = function()
      local order = current(view)
      if not order then return end
      -- A list has the likeliest actions only.
      view.server:ask("orders.get", { id = order.id }, function(whole, problem)
        if problem then return fail(problem) end
        if not has_actions(whole) then return end
        vim.ui.select(whole.actions, {
          prompt = text.title(whole) .. ":",
          format_item = function(action) return action.label end,
        }, function(action)
          if action then run(view, action) end
        end)
      end)
    end,
    ["!"] = function()
      local order = current(view)
      if order and has_actions(order) then run(view, order.actions[1]) end
    end,
    R = function() view.refresh() end,
    q = function() vim.cmd("bdelete") end,
  }
end

local function list_keys(view)
  -- Turns to the page that the last of these cursors begins.
  local function turn(cursors)
    view.cursors, view.next = cursors, nil
    view.refresh()
  end
  -- Looks at other orders, from their first page. What is "" is no longer asked for.
  local function look(changes)
    for name, value in pairs(changes) do
      if value == "" then value = nil end
      view.query[name] = value
    end
    turn({})
  end
  return {
    ["<CR>"] = function()
      local order = current(view)
      if not order then return end
      local path = vim.fn.fnameescape(view.server.store)
      vim.cmd(("edit orderline://order/%d%s"):format(order.id, path))
    end,
    f = function()
      view.server:ask("orders.count", nil, function(counts, problem)
        if problem then return fail(problem) end
        local statuses = vim.tbl_keys(counts.byStatus)
        table.sort(statuses)
        table.insert(statuses, 1, "all")
        vim.ui.select(statuses, {
          prompt = "Orders in status:",
          format_item = function(status)
            return ("%s (%d)"):format(status, counts.byStatus[status] or counts.total)
          end,
        }, function(status)
          if status then look({ status = status ~= "all" and status or "" }) end
        end)
      end)
    end,
    s = function()
      vim.ui.input({ prompt = "Search orders: ", default = view.query.search }, function(words)
        if words then look({ search = words }) end
      end)
    end,
    o = function()
      vim.ui.select({ "created", "id", "total", "status", "shipBy", "customer" }, {
        prompt = "Sort by (the same again turns it round):",
      }, function(sort)
        if not sort then return end
        local turned = sort == view.query.sort and not view.query.descending
        look({ sort = sort, descending = turned })
      end)
    end,
    ["]]"] = function()
      if view.next == vim.NIL then return fail("This is the last page") end
      if view.next then turn(vim.list_extend(vim.list_slice(view.cursors), { view.next })) end
    end,
    ["[["] = function()
      local pages = #view.cursors
      if pages == 0 then return fail("This is the first page") end
      turn(vim.list_slice(view.cursors, 1, pages - 1))
    end,
  }
end

local function show_list(view, page)
  local before, lines = view.orders, {}
  view.orders, view.next = page.orders, page.nextCursor
  for index, order in ipairs(page.orders) do lines[order.id] = top + index end
  local query, number = view.query, #view.cursors + 1
  local summary = text.join(
    " · ", "Orders", query.status, query.search,
    query.sort and "by " .. query.sort .. (query.descending and ", descending" or ""),
    number > 1 and "page " .. number, #page.orders == 0 and "none",
    view.next ~= vim.NIL and "more with ]]")
  local hints = "<CR> open  a actions  ! first action  f status  s search  o sort  "
    .. "]] [[ pages  R refresh  q close"
  -- The cursor stays on its order; where that is gone, on its line.
  write(view, vim.list_extend({ summary, hints }, text.list(page.orders)), function(line)
    local order = before[line - top]
    return order and lines[order.id] or math.max(line, top + 1)
  end)
  paint(view, "Title", 1)
  paint(view, "Comment", 2)
  paint(view, "Underlined", 3)
  for index, order in ipairs(page.orders) do
    if order.late then paint(view, "WarningMsg", top + index) end
  end
end

local function show_order(view, order)
  view.order = order
  local hints = "a actions  ! first action  R refresh  q close"
  write(view, vim.list_extend({ text.title(order), hints }, text.order(order)))
  paint(view, "Title", 1)
  paint(view, "Comment", 2)
end

-- Fills a buffer with what its name says.
function M.read(buf)
  local name = vim.api.nvim_buf_get_name(buf)
  local id, store = name:match("^orderline://order/(%d+)(/.*)")
  store = store or name:match("^orderline://orders(/.*)")
  if not store then return fail("There is nothing at " .. name) end
  local server = servers[store]
  if not server then
    server = Server.new(store, function() refresh_all(server) end)
    servers[store] = server
  end
  local view = { buf = buf, server = server }
  views[buf] = view
  local keys = common_keys(view)
  if id then
    view.refresh = function()
      load(view, "orders.get", { id = tonumber(id) }, function(order) show_order(view, order) end)
    end
  else
    view.query, view.cursors, view.orders = {}, {}, {}
    view.refresh = function()
      local params = vim.tbl_extend("force", view.query, { cursor = view.cursors[#view.cursors] })
      load(view, "orders.list", params, function(page) show_list(view, page) end)
    end
    keys = vim.tbl_extend("error", keys, list_keys(view))
  end
  for key, action in pairs(keys) do
    vim.keymap.set("n", key, action, { buffer = buf, nowait = true })
  end
  vim.bo[buf].buftype = "nofile"
  vim.bo[buf].bufhidden = id and "wipe" or "hide"
  vim.bo[buf].swapfile = false
  vim.bo[buf].undolevels = -1
  vim.bo[buf].filetype = "orderline"
  vim.opt_local.wrap = false
  vim.opt_local.cursorline = not id
  view.refresh()
end

-- Forgets a buffer; ends the server when it was the last of its store.
function M.unload(buf)
  local gone = views[buf]
  if not gone then return end
  views[buf] = nil
  for _, view in pairs(views) do
    if view.server == gone.server then return end
  end
  gone.server:stop()
end

-- Lists the orders of a store in the current window.
function M.open(store)
  if store == "" then store = vim.g.orderline_store or vim.env.ORDERLINE_STORE or "" end
  if store == "" then return fail("Which store? Say :Orderline FILE, or set g:orderline_store") end
  local path = vim.fn.fnamemodify(store, ":p")
  vim.cmd("edit " .. vim.fn.fnameescape("orderline://orders" .. path))
end

return M
