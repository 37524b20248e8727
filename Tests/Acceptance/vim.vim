" Vim talks to orderline: channels of the modes lsp (headers) and nl (lines).
" What it has to say it writes into a file beside the store: it has no terminal here.
set nocompatible
let s:report = $ORDERLINE_STORE .. '.said'

func s:Check(condition, what)
  if !a:condition
    call writefile(['vim: ' .. a:what], s:report, 'a')
    cquit 1
  endif
endfunc

try
  let s:command = [$ORDERLINE, 'serve', '--store', $ORDERLINE_STORE]
  let s:job = job_start(s:command, {'in_mode': 'lsp', 'out_mode': 'lsp', 'err_mode': 'nl'})
  let s:options = {'timeout': 20000}
  let s:hello = ch_evalexpr(s:job, {'method': 'initialize', 'params': {'processId': getpid(), 'capabilities': {}}}, s:options)
  call s:Check(s:hello.result.serverInfo.name ==# 'orderline', 'no hello')
  call ch_sendexpr(s:job, {'method': 'initialized', 'params': {}})
  let s:page = ch_evalexpr(s:job, {'method': 'orders.list', 'params': {'status': 'processing', 'limit': 2}}, s:options)
  call s:Check(len(s:page.result.orders) == 2, 'no orders')
  call s:Check(s:page.result.orders[0].statusLabel ==# 'En cours', 'no label')
  let s:refused = ch_evalexpr(s:job, {'method': 'orders.get', 'params': {'id': 1}}, s:options)
  call s:Check(s:refused.error.code == 1001, 'no refusal')
  call ch_evalexpr(s:job, {'method': 'shutdown'}, s:options)
  call ch_sendexpr(s:job, {'method': 'exit'})
  let s:patience = 200
  while job_status(s:job) ==# 'run' && s:patience > 0
    sleep 50m
    let s:patience -= 1
  endwhile
  call s:Check(job_info(s:job).exitval == 0 && s:patience > 0, 'no goodbye')
  call writefile(['vim: lsp'], s:report, 'a')

  let s:job = job_start(s:command, {'mode': 'nl'})
  let s:answer = ch_evalraw(s:job, '{"jsonrpc":"2.0","id":1,"method":"orders.count"}' .. "\n", s:options)
  call s:Check(json_decode(s:answer).result.total == 22, 'no count')
  call ch_close_in(s:job)
  call writefile(['vim: nl'], s:report, 'a')
catch
  call s:Check(0, v:exception .. ' at ' .. v:throwpoint)
endtry
qall!
