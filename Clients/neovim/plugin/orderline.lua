-- The command :Orderline; what it does is in lua/orderline.lua, which is read when first needed.

if vim.g.loaded_orderline then return end
vim.g.loaded_orderline = true

vim.api.nvim_create_user_command("Orderline", function(command)
  require("orderline").open(command.args)
end, { nargs = "?", complete = "file", desc = "List a shop's orders" })

local group = vim.api.nvim_create_augroup("orderline", {})
vim.api.nvim_create_autocmd("BufReadCmd", {
  group = group,
  pattern = "orderline://*",
  callback = function(event) require("orderline").read(event.buf) end,
})
vim.api.nvim_create_autocmd("BufUnload", {
  group = group,
  pattern = "orderline://*",
  callback = function(event) require("orderline").unload(event.buf) end,
})
