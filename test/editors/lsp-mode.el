;;; A person who uses lsp-mode.
(require 'lsp-diagnostics)
(setq lsp-auto-guess-root t
      lsp-enable-snippet nil
      lsp-diagnostics-provider :flymake
      lsp-restart 'ignore
      lsp-warn-no-matched-clients nil
      lsp-session-file (expand-file-name "session" temporary-file-directory))

(defun finding (rule)
  "What the server has found of RULE in this buffer."
  (cl-find-if (lambda (one) (equal (gethash "code" one) rule)) (lsp--get-buffer-diagnostics)))

(person-play
 (lambda (step)
   (let ((rule (plist-get step :rule)) found start hover)
     ;; `lsp-deferred' waits for idle time, of which there is none in batch mode.
     (lsp)
     (person-wait "the server" (lambda () (bound-and-true-p lsp-managed-mode)))
     (setq found (person-wait rule (lambda () (finding rule)))
           start (gethash "start" (gethash "range" found)))
     (goto-char (lsp--position-to-point start))
     (setq hover (lsp-request "textDocument/hover" (lsp--text-document-position-params)))
     (person-take step (lambda () (call-interactively #'lsp-execute-code-action)))
     (person-wait "the finding to go" (lambda () (not (finding rule))))
     (list :message (gethash "message" found)
           :hover (lsp--render-on-hover-content (gethash "contents" hover) t)))))
(person-done 0)
