package spoke

import (
	"cmp"
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/windlass/windlass/sdks/go/internal/execution"
	"github.com/windlass/windlass/sdks/go/internal/wire"
)

// lastWords is how long the last heartbeat may take when stopping.
const lastWords = 2 * time.Second

// Run registers a processor, takes tasks until the context ends, and drains.
func Run(ctx context.Context, processor Processor, config Config, log *slog.Logger) error {
	health, err := serveHealth(config.HealthAddress, log)
	if err != nil {
		return err
	}
	defer health.close()
	running, err := start(ctx, processor, config, log)
	if err != nil {
		if ctx.Err() != nil {
			return nil // Stopped before it ran.
		}
		return err
	}
	health.state.Store("running")
	var failure error
	select {
	case <-ctx.Done():
	case failure = <-running.failed:
		log.Error("the processor ends, to be started anew", "error", failure.Error())
	}
	health.state.Store("draining")
	running.stop(config.DrainTimeout)
	log.Info("the processor has stopped")
	return failure
}

// parts of a processor that runs.
type parts struct {
	publisher *publisher
	loop      *taskLoop
	source    *taskSource
	control   *controlListener
	beats     *heartbeats
	failed    chan error
	// endPolling, then end: what waits for the world to mend gives up.
	endPolling, end context.CancelFunc
	polled          chan struct{}
}

func start(ctx context.Context, processor Processor, config Config, log *slog.Logger) (*parts, error) {
	hub, err := register(ctx, processor, config, log)
	if err != nil {
		return nil, err
	}
	registry := &schemaRegistry{url: config.SchemaRegistryURL, known: map[int32]string{}}
	ids := map[string]int32{}
	for _, family := range []string{"results", "heartbeats"} {
		onRetry := func(err error) { log.Warn("not ready, trying again", "error", err.Error()) }
		ids[family], err = retrying(ctx, onRetry, func() (int32, error) { return registry.idOf(ctx, hub.KafkaPrefix, family) })
		if err != nil {
			return nil, err
		}
	}
	own, end := context.WithCancel(context.WithoutCancel(ctx))
	made := &parts{failed: make(chan error, 1), end: end, polled: make(chan struct{})}
	if err := made.connect(ctx, own, processor, config, hub, registry, ids, log); err != nil {
		end()
		return nil, err
	}
	log.Info("the processor runs", "revision", hub.Revision, "windowTopic", hub.WindowTopic, "resultTopic", hub.ResultTopic, "workers", config.Workers)
	return made, nil
}

func (p *parts) connect(
	ctx, own context.Context, processor Processor, config Config, hub registered, registry *schemaRegistry, ids map[string]int32, log *slog.Logger,
) (err error) {
	if p.publisher, err = newPublisher(own, config, hub.ResultTopic, log); err != nil {
		return err
	}
	identity := execution.Identity{Processor: processor.Name, Version: processor.Version, Instance: config.Instance}
	answers := &answers{
		publisher: p.publisher, codec: execution.AnswerCodec{Identity: identity, SchemaID: ids["results"]}, log: log,
		resultTopic: hub.ResultTopic, deadLetters: hub.KafkaPrefix + ".dlq.v1", windows: hub.WindowTopic,
	}
	p.loop = newTaskLoop(own, processor, config, answers, registry, log)
	p.loop.results = resultCollector{cmp.Or(config.ResultCollectorURL, strings.TrimSuffix(hub.ResultCollectorURL, "/")), config.Token}
	p.loop.abandoned.tooMany = func(err error) {
		select {
		case p.failed <- err:
		default:
		}
	}
	if p.source, err = newTaskSource(config, hub.WindowTopic, hub.KafkaPrefix+"."+processor.Name, p.loop, log); err != nil {
		return err
	}
	p.loop.source = p.source
	p.control = &controlListener{
		processor: processor.Name, registry: registry, log: log, onCancel: p.loop.cancel, readers: map[int32]*wire.Reader[wire.Control]{},
	}
	polling, endPolling := context.WithCancel(own)
	p.endPolling = endPolling
	listening, stopWaiting := context.WithCancel(own)
	defer context.AfterFunc(ctx, stopWaiting)() // A start that waits for Kafka can be stopped.
	if err := p.control.listen(listening, config, hub.KafkaPrefix+".control.v1"); err != nil {
		return err
	}
	go func() {
		p.source.poll(polling)
		close(p.polled)
	}()
	p.beats = &heartbeats{publisher: p.publisher, topic: hub.KafkaPrefix + ".heartbeats.v1", schemaID: ids["heartbeats"], load: p.loop.load}
	p.beats.first = wire.Heartbeat{
		Processor: processor.Name, ProcessorVersion: processor.Version, Instance: config.Instance, Host: config.Host, SDK: "go " + SDKVersion,
	}
	for _, one := range processor.Algorithms {
		p.beats.first.Algorithms = append(p.beats.first.Algorithms, one.Ref())
	}
	p.beats.start()
	return nil
}

// stop answers what runs, hands back what does not, leaves the group.
func (p *parts) stop(drainTimeout time.Duration) {
	p.beats.say("DRAINING")
	deadline, cancel := context.WithTimeout(context.Background(), drainTimeout)
	p.loop.drain(deadline)
	cancel()
	p.endPolling()
	<-p.polled
	p.source.client.CloseAllowingRebalance()
	p.beats.say("STOPPED")
	words, cancel := context.WithTimeout(context.Background(), lastWords)
	defer cancel()
	_ = p.publisher.client.Flush(words)
	p.end()
	p.publisher.client.Close()
	p.control.client.Close()
}
