;;; Works through a shop's orders with M-x orderline, by its keys.  -*- lexical-binding: t -*-

(require 'orderline)
(require 'seq)

;; What the user is told.
(defvar said nil)
(advice-add 'message :before
            (lambda (format &rest values)
              (setq said (and format (apply #'format-message format values)))))

(defun say (text) (princ (concat "emacs: " text "\n")))

(defun check (condition what)
  "Fail with WHAT and what the buffer shows unless CONDITION is met."
  (unless condition
    (error "%s\n%s" what (buffer-substring-no-properties (point-min) (point-max)))))

(defun press (key)
  "Do what KEY does in this buffer."
  (call-interactively (key-binding (kbd key))))

(defun line (text)
  "Go to the line that begins with TEXT; answer it."
  (goto-char (point-min))
  (and (re-search-forward (concat "^ ?" (regexp-quote text)) nil t)
       (buffer-substring-no-properties (line-beginning-position) (line-end-position))))

(defun refusal (&rest call)
  "What the user is told when CALL fails."
  (condition-case failure (progn (apply #'funcall call) (error "Not refused: %S" call))
    (user-error (error-message-string failure))))

(defun elsewhere (&rest words)
  "Let another program call WORDS at the same store; answer whether it succeeds."
  (eql 0 (apply #'call-process (getenv "ORDERLINE") nil nil nil "call" words)))

(defmacro choosing (label &rest body)
  "Do BODY, where whoever asks for a choice gets the one that begins with LABEL."
  (declare (indent 1))
  `(cl-letf (((symbol-function 'completing-read)
              (lambda (_prompt table &rest _) (car (all-completions ,label table)))))
     ,@body))

;; What is missing is named.
(let ((orderline-program "/nowhere/orderline"))
  (check (string-prefix-p "There is no program /nowhere/orderline"
                          (refusal #'orderline orderline-store))
         "the program is not missed"))
(check (string-suffix-p "create it with: orderline init --store /nowhere/shop.db"
                        (refusal #'orderline "/nowhere/shop.db"))
       "the store is not missed")
(check (null (process-list)) (format "left: %S" (process-list)))

;; The list, with every column.
(orderline orderline-store)
(check (derived-mode-p 'orderline-list-mode) "the list is not shown")
(check (equal (mapcar #'car (seq-rest tabulated-list-format))
              '("Status" "Purchased" "Billing address" "Shipping address" "Gross sales" "Admin fee"
                "Date" "Actions"))
       "the wrong columns")
(let ((row (line "#630")))
  (dolist (cell '("En cours" "2 × Le Horla" "Élise Vasseur, 14 rue" "Mathurin Le Goff"
                  " 28.29 EUR" " 2.48 EUR" "17 juin 2021 @12h16" "Terminée · En attente"))
    (check (string-search cell row) cell)))
(check (= (count-lines (point-min) (point-max)) 50) "not fifty rows")
(check buffer-read-only "the list can be typed into")
(say "the list")

;; Its first action changes the order at point, here and in the store.
(line "#630")
(press "!")
(check (equal said "Order #630 · Terminée") "not said")
(check (= (tabulated-list-get-id) 630) "point is elsewhere")
(check (string-prefix-p " #630    Terminée" (line "#630")) "#630 has not changed")
(check (elsewhere "orders.setStatus" "id=630" "status=processing") "#630 is not completed")

;; Any action can be chosen.  One that is no longer possible is refused in the server's words.
(line "#632")
(choosing "En attente" (press "a"))
(check (line "#632    En attente") "#632 has not changed")
(check (string-prefix-p
        "Order 632 is cancelled: completed may not follow."
        (cl-letf (((symbol-function 'completing-read)
                   (lambda (&rest _)
                     (elsewhere "orders.setStatus" "id=632" "status=cancelled")
                     "Terminée")))
          (refusal #'press "a")))
       "not refused")
(say "actions and refusals")

;; What others do is seen: at once where the server can tell, else by g.
(let ((live (elsewhere "changes.list"))
      (patience 200))
  (elsewhere "orders.setStatus" "id=631" "status=failed")
  (unless live (press "g"))
  (while (not (line "#631    Échouée"))
    (check (> (setq patience (1- patience)) 0) "the change of another is not seen")
    (accept-process-output nil 0.1))
  (say (concat "changes of others " (if live "by themselves" "by g"))))

;; An order has everything in it, and follows too.
(let ((list (current-buffer)))
  (press "g")
  (line "#630")
  (press "RET")
  (check (derived-mode-p 'orderline-order-mode) "the order is not shown")
  (check (line "Order #630 · En cours") "the wrong order")
  (check (line "Paid              2021-06-17 12:18 · pi_630") "not paid")
  (check (string-suffix-p " 4.99 EUR" (line "1 ×  Le Horla (ebook)  PHARE-12")) "not bought")
  (press "!")
  (check (line "Order #630 · Terminée") "it has not changed")
  (switch-to-buffer list)
  (check (line "#630    Terminée") "the list has not changed"))
(say "an order")

;; Pages, statuses, words, sorts.
(check (not (line "#622")) "the first page has all")
(press "]")
(check (line "#622") "no second page")
(check (equal (refusal #'press "]") "This is the last page") "more pages")
(line "#617")
(check (equal (refusal #'press "!") "Order #617 · Remboursée: nothing may follow") "it may be acted on")
(press "[")
(check (line "#630") "not the first page")
(choosing "processing (" (press "f"))
(check (and (line "#622") (not (line "#630"))) "the wrong status")
(cl-letf (((symbol-function 'read-string) (lambda (&rest _) "ELISE")))
  (press "s"))
(check (and (line "#621") (not (line "#622"))) "the wrong words")
(check (equal mode-line-process ": processing · ELISE") "what is shown is not said")
(cl-letf (((symbol-function 'read-string) (lambda (&rest _) "")))
  (press "s"))
(choosing "all" (press "f"))
(line "#640")
(press "S")
(check (equal tabulated-list-sort-key '("Order")) "the wrong sort")
(check (= (progn (goto-char (point-min)) (tabulated-list-get-id)) 611) "the server has not sorted")
(say "pages, statuses, words, sorts")

;; A server that ends is started again by the next wish.
(let ((process (jsonrpc--process orderline--connection)))
  (signal-process process 'SIGKILL)
  (while (process-live-p process) (accept-process-output process 0.1)))
(check (elsewhere "orders.setStatus" "id=621" "status=completed") "#621 is not completed")
(press "g")
(check (line "#621    Terminée") "#621 has not changed")
(say "a server that ends")

;; Closing the list ends the server and leaves nothing behind; so does leaving.
(kill-buffer)
(check (null (process-list)) (format "left: %S" (process-list)))
(check (not (seq-find (lambda (buffer) (string-match-p "orderline /.*\\(events\\|output\\|stderr\\)"
                                                       (buffer-name buffer)))
                      (buffer-list)))
       "a buffer is left")
(orderline orderline-store)
(write-region (number-to-string (process-id (jsonrpc--process orderline--connection))) nil
              "~/server" nil 'quiet)
