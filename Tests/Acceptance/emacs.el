;;; Emacs's jsonrpc.el lists orders, changes one, and says goodbye.  -*- lexical-binding: t -*-

(require 'jsonrpc)

(let* ((command (list (getenv "ORDERLINE") "serve" "--store" (getenv "ORDERLINE_STORE")))
       (connection
        (jsonrpc-process-connection
         :name "orderline"
         :process (lambda ()
                    (make-process :name "orderline" :command command :coding 'utf-8-emacs-unix
                                  :connection-type 'pipe :noquery t))))
       (hello (jsonrpc-request connection :initialize
                               `(:processId ,(emacs-pid) :capabilities ,(make-hash-table)))))
  (jsonrpc-notify connection :initialized (make-hash-table))
  (cl-assert (equal (plist-get (plist-get hello :serverInfo) :name) "orderline"))
  (let* ((page (jsonrpc-request connection :orders.list '(:status "processing" :limit 2)))
         (first (aref (plist-get page :orders) 0)))
    (cl-assert (= (length (plist-get page :orders)) 2))
    (cl-assert (equal (plist-get first :statusLabel) "En cours")))
  (let ((receipt (jsonrpc-request connection :orders.setStatus
                                  '(:id 630 :status "completed"))))
    (cl-assert (equal (plist-get (plist-get receipt :order) :statusLabel) "Terminée")))
  (condition-case failure
      (progn (jsonrpc-request connection :orders.get '(:id 1)) (error "No refusal"))
    (jsonrpc-error
     (cl-assert (= (alist-get 'jsonrpc-error-code (cdr failure)) 1001))))
  (jsonrpc-request connection :shutdown nil)
  (jsonrpc-notify connection :exit nil)
  (let ((process (jsonrpc--process connection)) (patience 100))
    (while (and (process-live-p process) (> (setq patience (1- patience)) 0))
      (accept-process-output process 0.1))
    (cl-assert (equal (process-exit-status process) 0)))
  (princ "emacs: jsonrpc.el\n"))
