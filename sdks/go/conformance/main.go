// The conformance processor of this SDK (sdks/conformance/README.md says what it must do).
package main

import windlass "github.com/windlass/windlass/sdks/go"

const version = "1"

func on() []windlass.Binding { return windlass.On("conformance@1") }

func spec(name string, needs ...windlass.Need) windlass.Spec {
	return windlass.Spec{Name: name, Version: version, On: on(), Needs: needs}
}

func main() {
	algorithms := append(append(work(), echoes()...), sights()...)
	windlass.Main(windlass.Processor{Name: "conformance", Version: "7", Algorithms: algorithms})
}
