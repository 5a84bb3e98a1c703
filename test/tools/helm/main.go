// Renders charts and kustomizations with the real tools, for the comparison in test/rendering.test.ts.
// Reads a JSON list of jobs from standard input, writes a JSON list of results in the same order.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

type job struct {
	// "helm" or "kustomize"
	Tool string `json:"tool"`
	// The chart's or the kustomization's folder.
	Folder string `json:"folder"`
	// Values files beside the chart's own, the last wins.
	Values []string `json:"values"`
}

type result struct {
	// Template names and what they render to; of a kustomization, one entry named "all".
	Files map[string]string `json:"files,omitempty"`
	Error string            `json:"error,omitempty"`
}

func main() {
	var jobs []job
	if err := json.NewDecoder(os.Stdin).Decode(&jobs); err != nil {
		fmt.Fprintln(os.Stderr, "the jobs are not JSON:", err)
		os.Exit(2)
	}
	results := make([]result, 0, len(jobs))
	for _, one := range jobs {
		files, err := run(one)
		if err != nil {
			results = append(results, result{Error: err.Error()})
		} else {
			results = append(results, result{Files: files})
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(results); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(one job) (map[string]string, error) {
	if one.Tool == "kustomize" {
		return kustomize(one.Folder)
	}
	return helm(one.Folder, one.Values)
}

// What `helm template` does: values, then dependencies' conditions, then the engine, hooks and tests included.
func helm(folder string, valuesFiles []string) (map[string]string, error) {
	chart, err := loader.LoadDir(folder)
	if err != nil {
		return nil, err
	}
	values := chartutil.Values{}
	for _, name := range valuesFiles {
		more, err := chartutil.ReadValuesFile(name)
		if err != nil {
			return nil, err
		}
		values = chartutil.MergeTables(more.AsMap(), values)
	}
	if err := chartutil.ProcessDependenciesWithMerge(chart, values); err != nil {
		return nil, err
	}
	options := chartutil.ReleaseOptions{Name: "release-name", Namespace: "default", Revision: 1, IsInstall: true}
	render, err := chartutil.ToRenderValues(chart, values, options, chartutil.DefaultCapabilities.Copy())
	if err != nil {
		return nil, err
	}
	all, err := engine.Render(chart, render)
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for name, text := range all {
		if strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml") {
			// Without the root chart's name in front: the path in its folder.
			files[name[strings.Index(name, "/")+1:]] = text
		}
	}
	return files, nil
}

func kustomize(folder string) (map[string]string, error) {
	options := krusty.MakeDefaultOptions()
	options.LoadRestrictions = types.LoadRestrictionsNone
	resources, err := krusty.MakeKustomizer(options).Run(filesys.MakeFsOnDisk(), folder)
	if err != nil {
		return nil, err
	}
	texts := []string{}
	for _, resource := range resources.Resources() {
		text, err := resource.AsYAML()
		if err != nil {
			return nil, err
		}
		texts = append(texts, string(text))
	}
	sort.Strings(texts)
	return map[string]string{"all": strings.Join(texts, "---\n")}, nil
}
