package io.github.celeryspring.client;

import java.util.ArrayList;
import java.util.List;

import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.DeliveryInfo;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TaskRoutingTests {

	private static final CeleryQueue VIDEO = new CeleryQueue("video", CeleryExchange.topic("media"), "video.#");

	private static final CeleryQueue IMAGE = new CeleryQueue("image", CeleryExchange.direct("pictures"), "image");

	private static final CeleryQueue NEWS = CeleryQueue.broadcast("news");

	private final List<CeleryQueue> introduced = new ArrayList<>();

	@Test
	void queueOfADirectExchangeIsReachedThroughTheDefaultExchange() {
		assertThat(send(TaskOptions.toQueue("image"))).isEqualTo(DeliveryInfo.toQueue("image"));
		assertThat(send(TaskOptions.toQueue("unknown"))).isEqualTo(DeliveryInfo.toQueue("unknown"));
		assertThat(send(TaskOptions.NONE)).isEqualTo(DeliveryInfo.toQueue("celery"));
		assertThat(send(TaskOptions.builder().queue("image").routingKey("ignored").build()))
			.isEqualTo(DeliveryInfo.toQueue("image"));
	}

	@Test
	void queueOfATopicExchangeIsReachedThroughItsExchange() {
		assertThat(send(TaskOptions.toQueue("video"))).isEqualTo(new DeliveryInfo("media", "video.#", false));
		assertThat(send(TaskOptions.builder().queue("video").routingKey("video.mp4").build()))
			.isEqualTo(new DeliveryInfo("media", "video.mp4", false));
	}

	@Test
	void broadcastIsKnownByItsAliasAndHasTheDefaultRoutingKey() {
		assertThat(send(TaskOptions.toQueue("news"))).isEqualTo(new DeliveryInfo("news", "celery", false));
	}

	@Test
	void exchangeAndRoutingKeyAreUsedAsTheyAre() {
		assertThat(send(TaskOptions.builder().exchange("x").routingKey("k").build()))
			.isEqualTo(new DeliveryInfo("x", "k", false));
		assertThat(send(TaskOptions.builder().queue("image").exchange("x").routingKey("k").build()))
			.isEqualTo(new DeliveryInfo("x", "k", false));
		assertThat(send(TaskOptions.builder().exchange("").routingKey("q").build()))
			.isEqualTo(DeliveryInfo.toQueue("q"));
		assertThat(send(TaskOptions.builder().exchange("news").build()))
			.isEqualTo(new DeliveryInfo("news", "celery", false));
	}

	@Test
	void exchangeWithoutARoutingKeyLeadsNowhere() {
		assertThatExceptionOfType(InvalidMessageException.class)
			.isThrownBy(() -> send(TaskOptions.builder().exchange("x").build()))
			.withMessageContaining("exchange 'x' without a routing key");
	}

	@Test
	void queueThatMustNotBeMadeIsRefused() {
		TaskQueues queues = new TaskQueues(List.of(IMAGE), new TaskQueues.Defaults("celery",
				CeleryExchange.direct("celery"), "celery", false, CeleryExchange.Type.DIRECT));
		TaskRouting routing = new TaskRouting(queues, List.of(), this.introduced::add);
		assertThatExceptionOfType(InvalidMessageException.class)
			.isThrownBy(() -> routing.destination("t", TaskOptions.toQueue("imgae")))
			.withMessageContaining("Queue 'imgae'");
		assertThat(routing.destination("t", TaskOptions.toQueue("image"))).isEqualTo(DeliveryInfo.toQueue("image"));
		assertThat(routing.destination("t", TaskOptions.NONE)).isEqualTo(DeliveryInfo.toQueue("celery"));
	}

	@Test
	void missingQueueGetsAnExchangeOfTheTypeThatIsSet() {
		TaskQueues queues = new TaskQueues(List.of(), new TaskQueues.Defaults("celery", CeleryExchange.topic("all"),
				"all.#", true, CeleryExchange.Type.TOPIC));
		TaskRouting routing = new TaskRouting(queues, List.of(), this.introduced::add);
		assertThat(routing.destination("t", TaskOptions.NONE)).isEqualTo(new DeliveryInfo("all", "all.#", false));
		assertThat(routing.destination("t", TaskOptions.toQueue("q"))).isEqualTo(new DeliveryInfo("q", "q", false));
		assertThat(this.introduced).containsExactly(new CeleryQueue("celery", CeleryExchange.topic("all"), "all.#"),
				new CeleryQueue("q", CeleryExchange.topic("q"), "q"));
	}

	@Test
	void declaredQueuesAreIntroduced() {
		send(TaskOptions.NONE);
		assertThat(this.introduced).containsExactly(VIDEO, IMAGE, NEWS.withRoutingKey("celery"),
				CeleryQueue.named("celery"));
	}

	@Test
	void senderWinsOverRoutesAndEachFillsInWhatIsLeft() {
		TaskOptions first = TaskOptions.builder().queue("video").priority(3).build();
		TaskOptions second = TaskOptions.builder()
			.queue("image")
			.routingKey("k")
			.priority(6)
			.serializer("yaml")
			.build();
		TaskRouting routing = routing((signature) -> first, (signature) -> null, (signature) -> second);
		TaskOptions open = routing.options(TaskSignature.of("t"));
		assertThat(open).isEqualTo(TaskOptions.builder().queue("video").priority(3).serializer("yaml").build());
		TaskOptions call = TaskOptions.builder().queue("own").priority(9).serializer("json").build();
		assertThat(routing.options(TaskSignature.of("t").withOptions(call))).isEqualTo(call);
		TaskOptions key = TaskOptions.builder().routingKey("video.mp4").build();
		assertThat(routing.destination("t", routing.options(TaskSignature.of("t").withOptions(key))))
			.isEqualTo(new DeliveryInfo("media", "video.mp4", false));
	}

	private DeliveryInfo send(TaskOptions options) {
		return routing().destination("t", options);
	}

	private TaskRouting routing(TaskRouter... routers) {
		TaskQueues queues = new TaskQueues(List.of(VIDEO, IMAGE, NEWS), TaskQueues.Defaults.of("celery"));
		return new TaskRouting(queues, List.of(routers), this.introduced::add);
	}

}
