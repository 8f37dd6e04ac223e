package io.github.celeryspring.client;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.GroupResult;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.result.redis.RedisResultBackend;
import io.github.celeryspring.result.redis.RedisResultOptions;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.celeryspring.canvas.Signatures.chain;
import static io.github.celeryspring.canvas.Signatures.chord;
import static io.github.celeryspring.canvas.Signatures.group;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class GroupResultIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private final RedisConnections connections = redis.connections();

	private final Serializers serializers = new Serializers(KombuJson.builder(true).build());

	private final RedisResultBackend results = new RedisResultBackend(this.connections, this.serializers,
			RedisResultOptions.DEFAULTS);

	private final RecordingTransport transport = new RecordingTransport();

	private final CeleryTemplate template = CeleryTemplate
		.builder(this.transport, new TaskMessageCodec(this.serializers), this.results, this.serializers)
		.build();

	@AfterEach
	void close() {
		this.results.close();
		this.connections.close();
	}

	private static TaskSignature task(int number) {
		return TaskSignature.of("t", number);
	}

	private void succeed(AsyncResult<?> result, int value) {
		this.results.store(new TaskResult(result.id(), TaskState.SUCCESS, value, null, null, null, null, null, null));
	}

	@Test
	void theSizeOfAChordIsKnownBeforeItsTasksAreSent() {
		this.transport.fail(new CeleryException("refused"));
		assertThatExceptionOfType(CeleryException.class)
			.isThrownBy(() -> this.template.send(chord(group(task(1), task(2)), task(3))))
			.withMessageContaining("refused");
		assertThat(redis.commands().keys("*")).singleElement()
			.satisfies((key) -> assertThat(redis.commands().get(key)).isEqualTo("2"))
			.asString()
			.endsWith(".s");
	}

	@Test
	void theStructureOfAHeaderWithGroupsIsSaved() {
		AsyncResult<?> body = this.template
			.send(chord(group(chain(task(1), group(task(2), task(3))), task(4)), task(5)));
		String header = Objects.requireNonNull(body.parent()).id();
		assertThat(redis.commands().get("celery-taskset-meta-" + header + ".s")).isEqualTo("3");
		GroupResult<?> saved = Objects.requireNonNull(this.template.restoreGroup(header));
		assertThat(saved.results()).hasSize(2).first().isInstanceOf(GroupResult.class);
	}

	@Test
	void waitsForThousandsOfResults() {
		int size = 10_000;
		GroupResult<?> group = this.template
			.send(group(IntStream.range(0, size).mapToObj(GroupResultIntegrationTests::task)));
		List<? extends AsyncResult<?>> members = group.results();
		for (int i = 0; i < size / 2; i++) {
			succeed(members.get(i), i);
		}
		CompletableFuture<?> value = group.toFuture();
		for (int i = size / 2; i < size; i++) {
			succeed(members.get(i), i);
		}
		List<Integer> expected = IntStream.range(0, size).boxed().toList();
		assertThat(value).succeedsWithin(PATIENCE).isEqualTo(expected);
		assertThat((Object) group.get(PATIENCE)).isEqualTo(expected);
		assertThat(group.completedCount()).isEqualTo(size);
	}

	@Test
	void savedGroupsAreRestoredUntilDeleted() {
		GroupResult<?> group = this.template.send(group(task(1), chain(task(2), task(3))));
		group.save();
		GroupResult<?> restored = Objects.requireNonNull(this.template.restoreGroup(group.id()));
		assertThat(restored.results()).extracting(AsyncResult::id)
			.containsExactlyElementsOf(group.results().stream().map(AsyncResult::id).toList());
		assertThat(restored.results().get(1).parent()).isNotNull();
		restored.delete();
		assertThat(this.template.restoreGroup(group.id())).isNull();
	}

}
