# Softstop in Kakoune with kakoune-lsp 18 or newer. Put this into your kakrc. Where you have the line with kak-lsp already,
# put the rest behind it.
eval %sh{kak-lsp}

hook global BufCreate .*/Procfile(?:\.[^/]+)? %{ set-option buffer filetype procfile }

# A script that a Dockerfile starts is looked at too; yaml holds Kubernetes, Helm and Compose. Tables of other servers, such
# as [yaml-language-server], may stand below this one.
hook global BufSetOption filetype=(?:dockerfile|procfile|yaml|json|sh) %{
    set-option buffer lsp_servers %{
        [softstop]
        root_globs = [".softstop.yaml", ".git"]
        args = ["lsp", "--stdio"]
    }
}
lsp-enable

# What may be set here stands in the README; a .softstop.yaml in the project wins over it. In the table above:
#     settings_section = "softstop"
#     settings = { softstop = { kubernetesVersion = "1.31" } }
