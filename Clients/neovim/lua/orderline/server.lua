-- `orderline serve` for one store: requests to it, and its answers.
--
-- It is spoken to in lines, because vim.lsp.rpc.start is not the same in all versions of Neovim.

local Server = {}
Server.__index = Server

-- A server of the store, started when something is asked; `changed` is called when the store has
-- changed, if the server can tell.
function Server.new(store, changed)
  return setmetatable({ store = store, changed = changed }, Server)
end

-- Sends a request. When it is answered, done(result) is called, or done(nil, sentence).
function Server:ask(method, params, done)
  if not self.job then
    local problem = self:start()
    if problem then return done(nil, problem) end
    -- Where it cannot tell of changes, they are seen when somebody looks again.
    self:ask("changes.watch", nil, function() end)
  end
  self.asked = self.asked + 1
  self.waiting[self.asked] = done
  local request = { jsonrpc = "2.0", id = self.asked, method = method, params = params }
  -- Where the program has just ended, on_exit says so.
  pcall(vim.fn.chansend, self.job, vim.fn.json_encode(request) .. "\n")
end

function Server:stop()
  local job = self.job
  self.job = nil
  if job then vim.fn.jobstop(job) end
end

function Server:receive(message)
  if message.method == "changes.changed" then return self.changed() end
  local done = self.waiting[message.id]
  self.waiting[message.id] = nil
  done(message.result, message.error and message.error.message)
end

-- Starts the program; answers what is in the way, if anything is.
function Server:start()
  local program = vim.g.orderline_program or vim.env.ORDERLINE or "orderline"
  if vim.fn.executable(program) == 0 then
    return "There is no program " .. program
      .. ": put orderline into PATH, or its path into g:orderline_program"
  end
  self.asked, self.waiting = 0, {}
  local partial, errors = "", ""
  self.job = vim.fn.jobstart({ program, "serve", "--store", self.store }, {
    on_stdout = function(job, lines)
      lines[1] = partial .. lines[1]
      partial = table.remove(lines)
      for _, line in ipairs(lines) do
        if job == self.job then self:receive(vim.fn.json_decode(line)) end
      end
    end,
    stderr_buffered = true,
    on_stderr = function(_, lines) errors = vim.trim(table.concat(lines, "\n")) end,
    on_exit = function(job, status)
      if job ~= self.job then return end
      self.job = nil
      if errors == "" then errors = "orderline ended with status " .. status end
      local waiting = self.waiting
      if vim.tbl_isempty(waiting) then vim.notify(errors, vim.log.levels.ERROR) end
      for _, done in pairs(waiting) do done(nil, errors) end
    end,
  })
end

return Server
