-- Softstop in Neovim 0.11 and newer. Save this as lua/softstop.lua beside your init.lua and say require('softstop') there,
-- or paste it into init.lua.
vim.filetype.add({ pattern = { ['.*/Procfile'] = 'procfile', ['.*/Procfile%..*'] = 'procfile' } })

vim.lsp.config('softstop', {
  cmd = { 'softstop', 'lsp', '--stdio' },
  -- A script that a Dockerfile starts is looked at too; `yaml` holds Kubernetes, Helm and Compose.
  filetypes = { 'dockerfile', 'procfile', 'yaml', 'yaml.docker-compose', 'helm', 'json', 'sh', 'bash' },
  root_markers = { '.softstop.yaml', '.git' },
  -- What may be set here stands in the README; a .softstop.yaml in the project wins over it.
  settings = { softstop = {} },
})
vim.lsp.enable('softstop')
