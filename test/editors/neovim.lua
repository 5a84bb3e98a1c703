-- Plays a person in Neovim: opens each file, reads the findings and a hover, takes the fix, saves. For 0.7 and newer.
local steps = vim.fn.json_decode(table.concat(vim.fn.readfile(os.getenv('SOFTSTOP_STEPS')), '\n'))
local seen = {}
local function done(code)
  vim.fn.writefile({ vim.fn.json_encode(seen) }, os.getenv('SOFTSTOP_SEEN'))
  vim.cmd(code == 0 and 'qall!' or 'cquit ' .. code)
end
local function wait(what, holds)
  if not vim.wait(15000, holds, 50) then error('waited in vain for ' .. what) end
end
-- The picker of code actions is answered with the entry that the step names.
local wanted
vim.ui.select = function(items, options, choose)
  for index, item in ipairs(items) do
    local label = options.format_item and options.format_item(item) or tostring(item)
    if label:find(wanted, 1, true) then return choose(item, index) end
  end
  error('no entry ' .. wanted)
end
local ok, failure = xpcall(function()
  for _, step in ipairs(steps) do
    vim.cmd('edit ' .. step.file)
    local function finding()
      for _, one in ipairs(vim.diagnostic.get(0)) do
        local code = one.code or (one.user_data and one.user_data.lsp and one.user_data.lsp.code)
        if one.source == 'softstop' and code == step.rule then return one end
      end
    end
    wait(step.rule, finding)
    local found = finding()
    local entry = { file = step.file, rule = step.rule, message = found.message }
    vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
    vim.lsp.buf.hover()
    wait('a hover', function()
      for _, window in ipairs(vim.api.nvim_list_wins()) do
        if vim.api.nvim_win_get_config(window).relative ~= '' then
          entry.hover = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
          vim.api.nvim_win_close(window, true)
          return true
        end
      end
    end)
    wanted = step.fix
    local before = vim.api.nvim_buf_get_changedtick(0)
    vim.lsp.buf.code_action()
    wait('the fix', function() return vim.api.nvim_buf_get_changedtick(0) ~= before end)
    wait('the finding to go', function() return not finding() end)
    vim.cmd('silent write')
    table.insert(seen, entry)
  end
end, debug.traceback)
if not ok then
  table.insert(seen, { failure = failure })
  done(1)
end
done(0)
