" Plays a person in Vim with ALE: opens each file, reads the findings and a hover, takes the fix, saves.
set nocompatible nomore hidden noswapfile viminfo=
set runtimepath^=/usr/share/vim-ale
filetype plugin on
runtime plugin/ale.vim
source $SOFTSTOP_PAGES/vim-ale.vim

let g:ale_hover_to_preview = 1
let s:seen = []

function! s:Done(code) abort
  call writefile([json_encode(s:seen)], $SOFTSTOP_SEEN)
  execute a:code == 0 ? 'qall!' : 'cquit! ' . a:code
endfunction

function! s:Wait(what, Holds) abort
  for l:i in range(300)
    if a:Holds() | return | endif
    sleep 50m
  endfor
  throw 'waited in vain for ' . a:what
endfunction

function! s:Finding(rule) abort
  for l:one in ale#engine#GetLoclist(bufnr(''))
    if l:one.linter_name is# 'softstop' && get(l:one, 'code', '') is# a:rule | return l:one | endif
  endfor
  return {}
endfunction

function! s:Preview() abort
  for l:window in range(1, winnr('$'))
    if getwinvar(l:window, '&previewwindow') | return join(getbufline(winbufnr(l:window), 1, '$'), "\n") | endif
  endfor
  return ''
endfunction

function! s:Play() abort
  try
    for l:step in json_decode(join(readfile($SOFTSTOP_STEPS), "\n"))
      execute 'edit' l:step.file
      call s:Wait(l:step.rule, {-> !empty(s:Finding(l:step.rule))})
      let l:found = s:Finding(l:step.rule)
      let l:entry = {'file': l:step.file, 'rule': l:step.rule, 'message': l:found.text}
      call cursor(l:found.lnum, l:found.col)
      ALEHover
      call s:Wait('a hover', {-> !empty(s:Preview())})
      let l:entry.hover = s:Preview()
      pclose
      let l:before = b:changedtick
      let s:wanted = l:step.fix
      ALECodeAction
      call s:Wait('the fix', {-> b:changedtick != l:before})
      " What Vim does after each key of a person.
      doautocmd TextChanged
      call s:Wait('the finding to go', {-> empty(s:Finding(l:step.rule))})
      silent write
      call add(s:seen, l:entry)
    endfor
    call s:Done(0)
  catch
    call add(s:seen, {'failure': v:exception . ' at ' . v:throwpoint})
    call s:Done(1)
  endtry
endfunction

" The picker of code actions is answered with the entry that the step names.
runtime autoload/ale/util.vim
function! ale#util#Input(message, ...) abort
  let l:line = matchstr(a:message, '\d\+) ' . escape(s:wanted, '\.*[]~^$'))
  return matchstr(l:line, '^\d\+')
endfunction

autocmd VimEnter * call timer_start(10, {-> s:Play()})
