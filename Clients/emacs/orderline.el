;;; orderline.el --- A shop's orders, by orderline serve  -*- lexical-binding: t -*-

;; Version: 0.1
;; Package-Requires: ((emacs "28.1"))
;; Keywords: tools

;;; Commentary:

;; `M-x orderline' lists the orders of a store: RET opens one, `a' offers what may be done with
;; it, `!' does the first of that.  `C-h m' says the rest.  Lists and orders follow what other
;; programs do to the store, where the server tells of it.
;;
;; Labels, dates, amounts and what may be done with an order are the server's; here they are
;; only laid out.  The server is spoken to by jsonrpc.el, and lives as long as the list.

;;; Code:

(require 'jsonrpc)
(require 'map)
(require 'orderline-text)
(require 'tabulated-list)
(require 'subr-x)

(defgroup orderline nil "A shop's orders." :group 'tools)

(defcustom orderline-program (or (getenv "ORDERLINE") "orderline")
  "The program that serves the orders."
  :type 'string)

(defcustom orderline-store (getenv "ORDERLINE_STORE")
  "The store that `orderline' lists; nil means that it asks for one."
  :type '(choice (const :tag "Ask" nil) file))

(defvar-local orderline--list nil "The buffer with the list, which has the connection.")
(defvar-local orderline--store nil "The file of the list's orders.")
(defvar-local orderline--connection nil "The list's connection to its server.")
(defvar-local orderline--query nil "Which orders the list asks for, as a plist.")
(defvar-local orderline--sort nil "How the list is sorted, as a plist.")
(defvar-local orderline--cursors nil "Where the pages up to this one begin, this one first.")
(defvar-local orderline--next nil "Where the next page begins; nil when this is the last.")
(defvar-local orderline--orders nil "The orders that the list shows.")
(defvar-local orderline--id nil "The number of the order that this buffer shows.")
(defvar-local orderline--timer nil "What will show changes of the store soon.")
(defvar orderline--asking nil "Non-nil while an answer is waited for.")

;;;; The server

(defun orderline--connect ()
  "Start the server of this list."
  (unless (executable-find orderline-program)
    (user-error "There is no program %s; customize `orderline-program'" orderline-program))
  (let* ((list (current-buffer))
         (name (buffer-name))
         (command (list orderline-program "serve" "--store" orderline--store))
         (connection
          (jsonrpc-process-connection
           :name name
           :events-buffer-scrollback-size 0
           :on-shutdown (lambda (it) (kill-buffer (jsonrpc-events-buffer it)))
           :notification-dispatcher
           (lambda (_connection method _params)
             (when (eq method 'changes.changed) (orderline--refresh-soon list)))
           :process
           (lambda ()
             (make-process
              :name name :command command :coding 'utf-8-emacs-unix :connection-type 'pipe
              :noquery t :stderr (get-buffer-create (format "*%s stderr*" name)))))))
    (set-process-sentinel (get-buffer-process (jsonrpc-stderr-buffer connection)) #'ignore)
    (setq orderline--connection connection)))

(defun orderline--disconnect ()
  "End the server of this list."
  (when orderline--timer (cancel-timer orderline--timer))
  (when orderline--connection
    (let ((process (jsonrpc--process orderline--connection)))
      ;; It leaves at the end of its input; `jsonrpc-shutdown' alone would kill it.
      (when (process-live-p process)
        (process-send-eof process)
        (while (accept-process-output process 1))))
    (jsonrpc-shutdown orderline--connection t)))

(defun orderline--last-words ()
  "What the server of this list said when it ended."
  (with-current-buffer (jsonrpc-stderr-buffer orderline--connection)
    (let ((process (get-buffer-process (current-buffer))))
      (while (and process (accept-process-output process 1))))
    (if (= (buffer-size) 0) "The server has ended" (string-trim (buffer-string)))))

(defun orderline--ask (method &optional params)
  "Answer the result of METHOD with PARAMS, from this buffer's server.
The server is started where none runs."
  (unless (buffer-live-p orderline--list)
    (user-error "The list of this order is closed; M-x orderline opens it again"))
  (with-current-buffer orderline--list
    (let ((orderline--asking t))
      (condition-case failure
          (progn
            (unless (and orderline--connection (jsonrpc-running-p orderline--connection))
              (orderline--connect)
              ;; A server that cannot tell of changes refuses this.
              (jsonrpc-async-request orderline--connection :changes.watch nil :success-fn #'ignore
                                     :error-fn #'ignore :timeout-fn #'ignore))
            (jsonrpc-request orderline--connection (intern method) params))
        (user-error (signal (car failure) (cdr failure)))
        (error
         (user-error
          "%s" (if (and orderline--connection (not (jsonrpc-running-p orderline--connection)))
                   (orderline--last-words)
                 (or (alist-get 'jsonrpc-error-message (cddr failure))
                     (error-message-string failure)))))))))

(defun orderline--refresh ()
  "Show anew the list that this buffer belongs to, and its orders."
  (let ((list orderline--list))
    (dolist (buffer (buffer-list))
      (when (eq (buffer-local-value 'orderline--list buffer) list)
        (with-selected-window (or (get-buffer-window buffer t) (selected-window))
          (with-current-buffer buffer (revert-buffer)))))))

(defun orderline--refresh-soon (list)
  "Show LIST and its orders anew, once for all that happens meanwhile.
Not while an answer is waited for: of two requests that wait, one would be lost."
  (when (buffer-live-p list)
    (with-current-buffer list
      (when orderline--timer (cancel-timer orderline--timer))
      (setq orderline--timer
            (run-at-time 0.1 nil
                         (lambda ()
                           (if orderline--asking
                               (orderline--refresh-soon list)
                             (condition-case failure
                                 (with-current-buffer list (orderline--refresh))
                               (user-error (message "%s" (cadr failure)))))))))))

;;;; Actions

(defun orderline--choose (prompt choices)
  "Ask with PROMPT for one of CHOICES, which are labels with values."
  (let ((completion-ignore-case t)
        (table (lambda (string predicate what)
                 (if (eq what 'metadata)
                     '(metadata (display-sort-function . identity))
                   (complete-with-action what choices string predicate)))))
    (cdr (assoc (completing-read (format-prompt prompt (caar choices)) table nil t nil nil
                                 (caar choices))
                choices))))

(defun orderline--current ()
  "The number of the order in this line, or of this buffer's order."
  (or orderline--id (tabulated-list-get-id) (user-error "There is no order in this line")))

(defun orderline--run (action)
  "Send ACTION of an order as it is."
  (let* ((receipt (orderline--ask (plist-get action :method) (plist-get action :params)))
         (order (plist-get receipt :order)))
    (orderline--refresh)
    (message "%s" (if order (orderline--title order) (plist-get action :label)))))

(defun orderline-act ()
  "Choose what is done with the order."
  (interactive)
  (let* ((order (orderline--ask "orders.get" (list :id (orderline--current))))
         (actions (mapcar (lambda (action) (cons (plist-get action :label) action))
                          (plist-get order :actions))))
    (unless actions (user-error "%s: nothing may follow" (orderline--title order)))
    (orderline--run (orderline--choose (orderline--title order) actions))))

(defun orderline-act-first ()
  "Do with the order what is offered first, as it is shown."
  (interactive)
  (let* ((id (orderline--current))
         (order (seq-find (lambda (order) (eql (plist-get order :id) id)) orderline--orders))
         (actions (plist-get order :actions)))
    (when (seq-empty-p actions) (user-error "%s: nothing may follow" (orderline--title order)))
    (orderline--run (elt actions 0))))

;;;; An order

(defun orderline--show-order (&rest _)
  "Fetch this buffer's order and lay it out."
  (let ((order (orderline--ask "orders.get" (list :id orderline--id)))
        (inhibit-read-only t)
        (line (line-number-at-pos)))
    (setq orderline--orders (list order))
    (erase-buffer)
    (orderline--insert order)
    (goto-char (point-min))
    (forward-line (1- line))))

(defvar orderline-order-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map "a" #'orderline-act)
    (define-key map "!" #'orderline-act-first)
    map)
  "Keys of an order.")

(define-derived-mode orderline-order-mode special-mode "Order"
  "An order with everything in it.
\\{orderline-order-mode-map}"
  (setq truncate-lines t
        header-line-format " a actions  ! first action  g refresh  q quit")
  (setq-local revert-buffer-function #'orderline--show-order))

(defun orderline-open ()
  "Show the order in this line with everything in it."
  (interactive)
  (let* ((id (orderline--current))
         (list (current-buffer))
         (buffer (get-buffer-create (format "*orderline #%d %s*" id orderline--store))))
    (with-current-buffer buffer
      (orderline-order-mode)
      (setq orderline--list list
            orderline--id id)
      (revert-buffer))
    (pop-to-buffer buffer)))

;;;; The list

(defconst orderline--sorts
  '(("Order" . "id") ("Status" . "status") ("Gross sales" . "total") ("Date" . "created"))
  "The columns that the server can sort by, and what it calls that.")

(defun orderline--entries ()
  "The orders of this page, filtered and sorted by the server."
  (let ((sort (and tabulated-list-sort-key
                   (list :sort (cdr (assoc (car tabulated-list-sort-key) orderline--sorts))
                         :descending (if (cdr tabulated-list-sort-key) t :json-false)))))
    (unless (equal sort orderline--sort)
      (setq orderline--sort sort
            orderline--cursors nil))
    (let* ((cursor (and orderline--cursors (list :cursor (car orderline--cursors))))
           (page (orderline--ask "orders.list" (append orderline--query sort cursor))))
      (setq orderline--orders (plist-get page :orders)
            orderline--next (plist-get page :nextCursor))
      (let ((place (orderline--join
                    " · " (plist-get orderline--query :status) (plist-get orderline--query :search)
                    (and orderline--cursors (format "page %d" (1+ (length orderline--cursors))))
                    (and orderline--next "more with ]"))))
        (setq mode-line-process
              (unless (string-empty-p place) (concat ": " (string-replace "%" "%%" place)))))
      (mapcar #'orderline--entry orderline--orders))))

(defun orderline--entry (order)
  "ORDER as an entry of the list."
  (pcase-let* (((map :id :statusLabel :purchased :billing :shipping :dateLabel :late) order)
               (face (if (eq late t) 'warning 'default))
               (cell (lambda (value) (propertize (orderline--text value) 'face face))))
    (list id (vconcat (mapcar cell (list (format "#%d" id) statusLabel purchased
                                         (orderline--address billing) (orderline--address shipping)
                                         (orderline--amount order :gross)
                                         (orderline--amount order :adminFee)
                                         dateLabel (orderline--labels order)))))))

(defun orderline--show-list (&rest _)
  "Show this list as it is now; point stays on its order, else in its line."
  (let ((id (tabulated-list-get-id))
        (line (line-number-at-pos)))
    (tabulated-list-revert)
    (unless (equal id (tabulated-list-get-id))
      (goto-char (point-min))
      (forward-line (1- line)))))

(defun orderline--look (name value)
  "Show the orders whose NAME fits VALUE, or all; from the first page."
  (setq orderline--query (append (and value (list name value)) (map-delete orderline--query name))
        orderline--cursors nil)
  (revert-buffer))

(defun orderline-filter ()
  "Show the orders in one status, or all."
  (interactive nil orderline-list-mode)
  (let* ((counts (orderline--ask "orders.count"))
         (choices (list (cons (format "all (%d)" (plist-get counts :total)) nil))))
    (map-do (lambda (status count)
              (let ((name (substring (symbol-name status) 1)))
                (push (cons (format "%s (%d)" name count) name) choices)))
            (plist-get counts :byStatus))
    (orderline--look :status (orderline--choose "Orders in status" (nreverse choices)))))

(defun orderline-search (words)
  "Show the orders in which all WORDS are found."
  (interactive (list (read-string "Search orders: " (plist-get orderline--query :search)))
               orderline-list-mode)
  (orderline--look :search (and (not (string-blank-p words)) words)))

(defun orderline-next-page ()
  "Show the next page of the list."
  (interactive nil orderline-list-mode)
  (unless orderline--next (user-error "This is the last page"))
  (push orderline--next orderline--cursors)
  (revert-buffer))

(defun orderline-previous-page ()
  "Show the page of the list before this one."
  (interactive nil orderline-list-mode)
  (unless orderline--cursors (user-error "This is the first page"))
  (pop orderline--cursors)
  (revert-buffer))

(defvar orderline-list-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'orderline-open)
    (define-key map "a" #'orderline-act)
    (define-key map "!" #'orderline-act-first)
    (define-key map "f" #'orderline-filter)
    (define-key map "s" #'orderline-search)
    (define-key map "]" #'orderline-next-page)
    (define-key map "[" #'orderline-previous-page)
    map)
  "Keys of the list.")

(define-derived-mode orderline-list-mode tabulated-list-mode "Orders"
  "The orders of a shop.
Sorting by a column is done by the server, for all pages.
\\{orderline-list-mode-map}"
  (setq tabulated-list-format
        ;; `ignore' leaves the orders in the order in which they come.
        [("Order" 7 ignore) ("Status" 16 ignore) ("Purchased" 32) ("Billing address" 28)
         ("Shipping address" 28) ("Gross sales" 12 ignore :right-align t)
         ("Admin fee" 11 nil :right-align t) ("Date" 23 ignore) ("Actions" 0)]
        tabulated-list-padding 1
        tabulated-list-sort-key (cons "Date" t)
        tabulated-list-entries #'orderline--entries)
  (setq-local revert-buffer-function #'orderline--show-list)
  (add-hook 'kill-buffer-hook #'orderline--disconnect nil t)
  (tabulated-list-init-header))

;;;###autoload
(defun orderline (store)
  "List the orders of STORE.
That is `orderline-store'; without one, or with a prefix argument, ask for it."
  (interactive
   (list (if (or current-prefix-arg (not orderline-store))
             (read-file-name "Store: " nil orderline-store t)
           orderline-store)))
  (let* ((file (expand-file-name store))
         (buffer (get-buffer-create (format "*orderline %s*" file))))
    (with-current-buffer buffer
      (unless (derived-mode-p 'orderline-list-mode)
        (orderline-list-mode)
        (setq orderline--store file
              orderline--list buffer))
      (condition-case failure (revert-buffer)
        (user-error
         (kill-buffer buffer)
         (user-error "%s" (error-message-string failure)))))
    (pop-to-buffer-same-window buffer)
    (message "%s" (substitute-command-keys "\\<orderline-list-mode-map>\
\\[orderline-open] open  \\[orderline-act] actions  \\[orderline-act-first] first action  \
\\[orderline-filter] status  \\[orderline-search] search  \\[describe-mode] all keys"))))

(provide 'orderline)
;;; orderline.el ends here
