;;; Softstop in Emacs with lsp-mode. Put this into your init file.
(require 'lsp-mode)

(define-derived-mode procfile-mode prog-mode "Procfile")
(add-to-list 'auto-mode-alist '("Procfile\\(?:\\..*\\)?\\'" . procfile-mode))
;; dockerfile-mode and yaml-mode are packages; where they are missing, these are enough for the findings.
(unless (fboundp 'dockerfile-mode)
  (define-derived-mode dockerfile-mode prog-mode "Dockerfile")
  (add-to-list 'auto-mode-alist '("\\(?:Docker\\|Container\\)file\\(?:\\..*\\)?\\'" . dockerfile-mode)))
(unless (fboundp 'yaml-mode)
  (define-derived-mode yaml-mode text-mode "YAML")
  (add-to-list 'auto-mode-alist '("\\.ya?ml\\'" . yaml-mode)))

(add-to-list 'lsp-language-id-configuration '(dockerfile-mode . "dockerfile"))
(add-to-list 'lsp-language-id-configuration '(yaml-mode . "yaml"))
(add-to-list 'lsp-language-id-configuration '(procfile-mode . "procfile"))

(lsp-register-client
 (make-lsp-client
  :new-connection (lsp-stdio-connection '("softstop" "lsp" "--stdio"))
  ;; A script that a Dockerfile starts is looked at too; YAML holds Kubernetes, Helm and Compose.
  :major-modes '(dockerfile-mode dockerfile-ts-mode yaml-mode yaml-ts-mode sh-mode bash-ts-mode procfile-mode)
  ;; Beside the servers that these files have already.
  :add-on? t
  :multi-root t
  :server-id 'softstop))

(dolist (hook '(dockerfile-mode-hook dockerfile-ts-mode-hook yaml-mode-hook yaml-ts-mode-hook
                sh-mode-hook bash-ts-mode-hook procfile-mode-hook))
  (add-hook hook #'lsp-deferred))
