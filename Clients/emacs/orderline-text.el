;;; orderline-text.el --- Orders as text  -*- lexical-binding: t -*-

;;; Commentary:

;; What orders say is the server's; here it is laid out.

;;; Code:

(require 'map)
(require 'seq)
(require 'subr-x)

(defun orderline--join (separator &rest parts)
  "Join those of PARTS that are there with SEPARATOR."
  (string-join (seq-remove #'string-empty-p (mapcar #'orderline--text parts)) separator))

(defun orderline--text (value)
  "VALUE as one line of text."
  (replace-regexp-in-string "[[:cntrl:]]" " " (format "%s" (or value ""))))

(defun orderline--address (it)
  "The address IT in one line."
  (pcase-let (((map :name :company :street :street2 :postcode :city :region :country) it))
    (orderline--join ", " name company street street2 (orderline--join " " postcode city)
                     region country)))

(defun orderline--amount (order name &optional part)
  "The amount NAME of ORDER, or of the PART of it."
  (orderline--join " " (plist-get (or part order) name) (plist-get order :currency)))

(defun orderline--labels (order)
  "What may be done with ORDER."
  (mapconcat (lambda (action) (plist-get action :label)) (plist-get order :actions) " · "))

(defun orderline--title (order)
  "The number and the status of ORDER."
  (format "Order #%d · %s" (plist-get order :id) (plist-get order :statusLabel)))

(defun orderline--rows (rows)
  "Insert ROWS of values so that their columns line up."
  (when rows (insert "\n"))
  (let* ((texts (mapcar (lambda (row) (mapcar #'orderline--text row)) rows))
         (widths (and texts (apply #'seq-mapn (lambda (&rest cells)
                                                (apply #'max (mapcar #'string-width cells)))
                                   texts))))
    (dolist (row texts)
      (insert (string-trim-right (string-join (seq-mapn #'string-pad row widths) "  ")) "\n"))))

(defun orderline--moment (stamp)
  "The day and the time of STAMP."
  (and stamp (string-replace "T" " " (substring stamp 0 16))))

(defun orderline--facts (order)
  "What is known of ORDER, as titles with texts."
  (pcase-let (((map :dateLabel :paidAt :completedAt :transactionId :shipBy :late :billing :shipping
                    (:customer (map :name :email :phone)))
               order))
    `(("Date" ,dateLabel)
      ("Paid" ,(orderline--join " · " (orderline--moment paidAt) transactionId))
      ("Completed" ,(orderline--moment completedAt))
      ("Ship by" ,(orderline--join " · " shipBy (and (eq late t) "late")))
      ("Customer" ,(orderline--join ", " name email phone))
      ("Billing address" ,(orderline--address billing))
      ("Shipping address" ,(orderline--address shipping))
      ("Actions" ,(orderline--labels order)))))

(defun orderline--insert (order)
  "Insert ORDER with everything in it."
  (insert (propertize (orderline--title order) 'face 'bold) "\n")
  (orderline--rows (seq-remove (lambda (fact) (member (cadr fact) '(nil "")))
                               (orderline--facts order)))
  (orderline--rows (mapcar (pcase-lambda ((and line (map :quantity :name :sku)))
                             (list (format "%d ×" quantity) name sku
                                   (format "%14s" (orderline--amount order :total line))))
                           (plist-get order :lines)))
  (orderline--rows (mapcar (pcase-lambda (`(,title . ,name))
                             (list title (format "%14s" (orderline--amount order name))))
                           '(("Shipping" . :shippingCost) ("Discount" . :discount)
                             ("Charges" . :charges) ("Gross sales" . :gross)
                             ("Admin fee" . :adminFee) ("Refunded" . :refunded) ("Net" . :net))))
  (orderline--rows (mapcar (pcase-lambda ((map :name :state :link)) (list name state link))
                           (plist-get order :downloads)))
  (orderline--rows (mapcar (pcase-lambda ((map :at :by :what :from :to :note))
                             (list (orderline--moment at) by what
                                   (orderline--join " → " from to) note))
                           (plist-get order :history))))

(provide 'orderline-text)
;;; orderline-text.el ends here
