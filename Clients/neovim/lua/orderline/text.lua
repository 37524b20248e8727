-- Orders as lines of text. What they say is the server's; here it is laid out.

local M = {}

-- A value as one line of text.
local function text(value)
  if not value or value == vim.NIL then return "" end
  return (tostring(value):gsub("%c", " "))
end

-- Those of the values that are there, with something between them.
function M.join(separator, ...)
  local parts = {}
  for index = 1, select("#", ...) do
    local part = text((select(index, ...)))
    if part ~= "" then table.insert(parts, part) end
  end
  return table.concat(parts, separator)
end
local join = M.join

local function number(order) return ("#%d"):format(order.id) end

local function moment(stamp) return (text(stamp):sub(1, 16):gsub("T", " ")) end

local function address(it)
  if it == vim.NIL then return "" end
  local place = join(" ", it.postcode, it.city)
  return join(", ", it.name, it.company, it.street, it.street2, place, it.region, it.country)
end

local function actions(order)
  return join(" · ", unpack(vim.tbl_map(function(action) return action.label end, order.actions)))
end

-- The rows as lines whose columns line up. `layout` says of a column how wide it may get, or
-- "right" for where its text goes.
local function grid(rows, layout)
  local widths = {}
  for _, row in ipairs(rows) do
    for column, cell in ipairs(row) do
      local width = math.max(widths[column] or 1, vim.fn.strdisplaywidth(cell))
      widths[column] = math.min(width, tonumber(layout[column]) or width)
    end
  end
  return vim.tbl_map(function(row)
    local cells = {}
    for column, cell in ipairs(row) do
      local width = widths[column]
      if vim.fn.strdisplaywidth(cell) > width then
        cell = vim.fn.printf("%." .. width - 1 .. "S…", cell)
      end
      local side = layout[column] == "right" and "" or "-"
      cells[column] = vim.fn.printf("%" .. side .. width .. "S", cell)
    end
    return (table.concat(cells, "  "):gsub("%s+$", ""))
  end, rows)
end

-- "Order #630 · En cours"
function M.title(order) return join(" · ", "Order " .. number(order), order.statusLabel) end

-- The titles of the columns, and a line for each order.
function M.list(orders)
  local rows = {
    {
      "Order", "Status", "Purchased", "Billing address", "Shipping address", "Gross sales",
      "Admin fee", "Date", "Actions",
    },
  }
  for _, order in ipairs(orders) do
    table.insert(rows, {
      number(order), text(order.statusLabel), text(order.purchased), address(order.billing),
      address(order.shipping), join(" ", order.gross, order.currency),
      join(" ", order.adminFee, order.currency), text(order.dateLabel), actions(order),
    })
  end
  return grid(rows, { nil, nil, 32, 28, 28, "right", "right" })
end

-- An order with everything in it.
function M.order(order)
  local lines = {}
  local function section(rows, layout)
    if #rows > 0 then table.insert(lines, "") end
    vim.list_extend(lines, grid(rows, layout or {}))
  end
  local function known(...)
    return vim.tbl_filter(function(fact) return fact[2] ~= "" end, { ... })
  end
  local function amount(title, value) return { title, join(" ", value, order.currency) } end

  local customer = order.customer
  section(known(
    { "Date", text(order.dateLabel) },
    { "Paid", join(" · ", moment(order.paidAt), order.transactionId) },
    { "Completed", moment(order.completedAt) },
    { "Ship by", join(" · ", order.shipBy, order.late and "late") },
    { "Customer", join(", ", customer.name, customer.email, customer.phone) },
    { "Billing address", address(order.billing) },
    { "Shipping address", address(order.shipping) },
    { "Actions", actions(order) }))
  section(vim.tbl_map(function(line)
    local total = join(" ", line.total, order.currency)
    return { ("%d ×"):format(line.quantity), text(line.name), text(line.sku), total }
  end, order.lines), { "right", nil, nil, "right" })
  section({
    amount("Shipping", order.shippingCost), amount("Discount", order.discount),
    amount("Charges", order.charges), amount("Gross sales", order.gross),
    amount("Admin fee", order.adminFee), amount("Refunded", order.refunded),
    amount("Net", order.net),
  }, { nil, "right" })
  section(vim.tbl_map(function(download)
    return { text(download.name), text(download.state), text(download.link) }
  end, order.downloads))
  section(vim.tbl_map(function(entry)
    local move = join(" → ", entry.from, entry.to)
    return { moment(entry.at), text(entry.by), text(entry.what), move, text(entry.note) }
  end, order.history))
  return lines
end

return M
