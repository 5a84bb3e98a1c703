-- Softstop in Neovim 0.7 to 0.10, without plugins. Save this as lua/softstop.lua beside your init.lua and say
-- require('softstop') there, or paste it into init.lua.
local filetypes = { 'dockerfile', 'procfile', 'yaml', 'yaml.docker-compose', 'helm', 'json', 'sh', 'bash' }

vim.api.nvim_create_autocmd({ 'BufRead', 'BufNewFile' }, {
  pattern = { 'Procfile', 'Procfile.*' },
  command = 'setfiletype procfile',
})

-- The folder that holds the project; one server serves all its files.
local function root_of(file)
  local folder = vim.fn.fnamemodify(file, ':p:h')
  for _, marker in ipairs({ '.softstop.yaml', '.git' }) do
    local found = vim.fn.findfile(marker, folder .. ';')
    if found == '' then found = vim.fn.finddir(marker, folder .. ';') end
    if found ~= '' then return vim.fn.fnamemodify(found, ':p'):gsub('/$', ''):gsub('/[^/]*$', '') .. '' end
  end
  return folder
end

local running = {}
vim.api.nvim_create_autocmd('FileType', {
  pattern = filetypes,
  callback = function(event)
    local root = root_of(vim.api.nvim_buf_get_name(event.buf))
    local config = {
      name = 'softstop',
      cmd = { 'softstop', 'lsp', '--stdio' },
      root_dir = root,
      workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
      -- What may be set here stands in the README; a .softstop.yaml in the project wins over it.
      settings = { softstop = {} },
    }
    if vim.lsp.start then
      vim.lsp.start(config)
      return
    end
    -- Neovim 0.7 cannot find a server that runs already.
    local client = running[root] and vim.lsp.get_client_by_id(running[root])
    if not client or client.is_stopped() then running[root] = vim.lsp.start_client(config) end
    vim.lsp.buf_attach_client(event.buf, running[root])
  end,
})
