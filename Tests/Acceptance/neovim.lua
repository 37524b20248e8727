-- Neovim talks to orderline: vim.lsp.rpc with headers, jobstart with lines.

local program, store = vim.env.ORDERLINE, vim.env.ORDERLINE_STORE

local function check(condition, what)
  if not condition then
    io.stderr:write("neovim: " .. what .. "\n")
    vim.cmd("cquit 1")
  end
end

local function wait(condition, what)
  check(vim.wait(20000, condition, 10), what .. " takes too long")
end

-- vim.lsp.rpc
local status
local client = vim.lsp.rpc.start(program, { "serve", "--stdio", "--store", store }, {
  on_exit = function(code) status = code end,
})
local function ask(method, params)
  local answer
  client.request(method, params, function(err, result) answer = { err = err, result = result } end)
  wait(function() return answer end, method)
  return answer
end
local hello = ask("initialize", { processId = vim.fn.getpid(), capabilities = vim.empty_dict() })
check(hello.result.serverInfo.name == "orderline", "no hello")
client.notify("initialized", vim.empty_dict())
local page = ask("orders.list", { status = "processing", limit = 2 })
check(#page.result.orders == 2, "no orders")
check(page.result.orders[1].statusLabel == "En cours", "no label")
check(ask("orders.get", { id = 1 }).err.code == 1001, "no refusal")
ask("shutdown", vim.NIL)
client.notify("exit")
wait(function() return status end, "exit")
check(status == 0, "it exits with " .. tostring(status))
io.stdout:write("neovim: vim.lsp.rpc\n")

-- jobstart
local lines, partial, ended = {}, "", nil
local job = vim.fn.jobstart({ program, "serve", "--store", store }, {
  on_stdout = function(_, data)
    data[1] = partial .. data[1]
    partial = table.remove(data)
    vim.list_extend(lines, data)
  end,
  on_exit = function(_, code) ended = code end,
})
vim.fn.chansend(job, '{"jsonrpc":"2.0","id":1,"method":"orders.count"}\n')
wait(function() return #lines == 1 end, "orders.count")
check(vim.json.decode(lines[1]).result.total == 22, "no count")
vim.fn.chansend(job, { '{"jsonrpc":"2.0","id":2,"method":"server.ping"}', "" })
wait(function() return #lines == 2 end, "server.ping")
vim.fn.chanclose(job, "stdin")
wait(function() return ended end, "the end of input")
check(ended == 0, "it ends with " .. tostring(ended))
io.stdout:write("neovim: jobstart\n")
vim.cmd("qall!")
