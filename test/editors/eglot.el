;;; A person who uses eglot.
(setq eglot-sync-connect 15 eglot-confirm-server-initiated-edits nil)

(defun finding (rule)
  "What Flymake shows of RULE in this buffer."
  (flymake-start)
  (cl-find-if (lambda (one) (string-match-p (regexp-quote rule) (flymake-diagnostic-text one)))
              (flymake-diagnostics)))

(person-play
 (lambda (step)
   (let ((rule (plist-get step :rule)) found hover)
     (person-wait "the server" #'eglot-managed-p)
     (setq found (person-wait rule (lambda () (finding rule))))
     (goto-char (flymake-diagnostic-beg found))
     (eglot-hover-eldoc-function (lambda (text &rest _) (setq hover text)))
     (person-wait "a hover" (lambda () (stringp hover)))
     (person-take step (lambda ()
                         (eglot-code-actions (flymake-diagnostic-beg found) (flymake-diagnostic-end found)
                                             "quickfix" t)))
     ;; In batch mode there is no idle time, in which changes are sent.
     (eglot--signal-textDocument/didChange)
     (person-wait "the finding to go" (lambda () (not (finding rule))))
     (list :message (flymake-diagnostic-text found) :hover (substring-no-properties hover)))))
(eglot-shutdown (eglot-current-server))
(person-done 0)
