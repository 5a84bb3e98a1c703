" Softstop in Vim 8 or 9 (or Neovim) with ALE. Put this into your vimrc, behind the line that loads ALE.
autocmd BufNewFile,BufRead Procfile,Procfile.* setfiletype procfile

" The folder that holds the project: one server serves all its files.
function! SoftstopRoot(buffer) abort
  let l:folder = fnamemodify(bufname(a:buffer), ':p:h')
  for l:marker in ['.softstop.yaml', '.git']
    let l:found = findfile(l:marker, l:folder . ';')
    if empty(l:found)
      let l:found = finddir(l:marker, l:folder . ';')
    endif
    if !empty(l:found)
      return fnamemodify(substitute(fnamemodify(l:found, ':p'), '/$', '', ''), ':h')
    endif
  endfor
  return l:folder
endfunction

" A script that a Dockerfile starts is looked at too; yaml holds Kubernetes, Helm and Compose.
for s:filetype in ['dockerfile', 'procfile', 'yaml', 'helm', 'json', 'sh']
  call ale#linter#Define(s:filetype, {
  \   'name': 'softstop',
  \   'lsp': 'stdio',
  \   'executable': 'softstop',
  \   'command': '%e lsp --stdio',
  \   'language': s:filetype,
  \   'project_root': function('SoftstopRoot'),
  \ })
endfor

" Where a list of linters is given, or ALE has one of its own, Softstop has to be in it.
let g:ale_linters = extend({
\   'yaml': ['softstop', 'spectral', 'yaml-language-server', 'yamllint'],
\   'json': ['softstop', 'jsonlint', 'spectral', 'vscodejson'],
\ }, get(g:, 'ale_linters', {}))

" What may be set here stands in the README; a .softstop.yaml in the project wins over it.
" Add to each of the linters above: 'lsp_config': {'softstop': {'kubernetesVersion': '1.31'}},
