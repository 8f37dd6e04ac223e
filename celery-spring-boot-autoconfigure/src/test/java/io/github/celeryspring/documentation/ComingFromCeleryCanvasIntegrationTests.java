package io.github.celeryspring.documentation;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import io.github.celeryspring.RemoteTaskException;
import io.github.celeryspring.canvas.Chain;
import io.github.celeryspring.canvas.Chord;
import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.StampingVisitor;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.result.AsyncResult;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.ParameterizedTypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static io.github.celeryspring.canvas.Signatures.chain;
import static io.github.celeryspring.canvas.Signatures.chord;
import static io.github.celeryspring.canvas.Signatures.chunks;
import static io.github.celeryspring.canvas.Signatures.group;
import static io.github.celeryspring.canvas.Signatures.signature;
import static io.github.celeryspring.canvas.Signatures.starmap;
import static io.github.celeryspring.canvas.Signatures.xmap;
import static io.github.celeryspring.documentation.DocumentedTest.TIMEOUT;
import static io.github.celeryspring.documentation.MathTasks.ADD;
import static io.github.celeryspring.documentation.MathTasks.FAIL;
import static io.github.celeryspring.documentation.MathTasks.LOG_ERROR;
import static io.github.celeryspring.documentation.MathTasks.MUL;
import static io.github.celeryspring.documentation.MathTasks.NOTE;
import static io.github.celeryspring.documentation.MathTasks.XSUM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The canvas forms of docs/coming-from-celery.md.
 */
@DocumentedTest
class ComingFromCeleryCanvasIntegrationTests {

	@Autowired
	private CeleryOperations celery;

	@Autowired
	private MathTasks tasks;

	private String run(Signature work) {
		return String.valueOf(this.celery.send(work).get(TIMEOUT));
	}

	@Test
	void signatures() {
		assertThat(run(signature("tasks.add", 2, 2))).isEqualTo("4");
		assertThat(run(ADD.s(2, 2))).isEqualTo("4");
		assertThat(run(ADD.s(2).kwarg("y", 3))).isEqualTo("5");
		assertThat(run(chain(ADD.s(2, 2), ADD.si(10, 10)))).isEqualTo("20");
		assertThat(run(ADD.s(2).partial(List.of(4), Map.of()))).isEqualTo("6");
		assertThat(run(ADD.s(2, 2).withArgs(5, 5))).isEqualTo("10");
		assertThat(run(ADD.s(2, 2).with((options) -> options.queue("archive").priority(3)))).isEqualTo("4");
		assertThat(run(chain(ADD.s(2, 2), ADD.s(1, 1).asImmutable()))).isEqualTo("2");
	}

	@Test
	void ids(@Autowired CeleryOperations celery) {
		String id = UUID.randomUUID().toString();
		TaskSignature named = ADD.s(2, 2).with((options) -> options.taskId(id));
		AsyncResult<Integer> result = celery.result(id).as(Integer.class);
		celery.send(named);
		assertThat(result.get(TIMEOUT)).isEqualTo(4);
	}

	@Test
	void documents() {
		JsonNode document = new JsonMapper().valueToTree(chain(ADD.s(2, 2), ADD.s(4)).toMap());
		Signature read = Signature.of(document);
		assertThat(run(read)).isEqualTo("8");
	}

	@Test
	void links(@Autowired CeleryOperations celery) {
		assertThat(run(ADD.s(2, 20).link(NOTE.s()))).isEqualTo("22");
		await().untilAsserted(() -> assertThat(this.tasks.notes).contains(22));
		AsyncResult<?> failed = celery.send(FAIL.s().linkError(LOG_ERROR.s()));
		assertFails(failed, "IllegalStateException");
		await().untilAsserted(() -> assertThat(this.tasks.failed).contains(failed.id()));
		AsyncResult<?> chained = celery.send(chain(ADD.s(2, 2), FAIL.si(), ADD.s(4)).linkError(LOG_ERROR.s()));
		assertFails(chained, "IllegalStateException");
		String middle = chained.parent().id();
		await().untilAsserted(() -> assertThat(this.tasks.failed).contains(middle));
	}

	@Test
	void chains() {
		assertThat(run(chain(ADD.s(2, 2), ADD.s(4), MUL.s(8)))).isEqualTo("64");
		assertThat(run(ADD.s(2, 2).then(ADD.s(4)).then(MUL.s(8)))).isEqualTo("64");
		assertThat(run(chain(IntStream.range(0, 5).mapToObj((i) -> (i == 0) ? ADD.s(0, 0) : ADD.s(i)).toList())))
			.isEqualTo("10");
	}

	@Test
	void groups() {
		assertThat(run(group(ADD.s(2, 2), ADD.s(4, 4)))).isEqualTo("[4, 8]");
		assertThat(run(group(IntStream.range(0, 3).mapToObj((i) -> ADD.s(i, i))))).isEqualTo("[0, 2, 4]");
		assertThat(run(group(ADD.s(2), ADD.s(4)).partial(List.of(10), Map.of()))).isEqualTo("[12, 14]");
		assertThat(run(chain(ADD.s(2, 2), group(ADD.s(1), ADD.s(2))))).isEqualTo("[5, 6]");
	}

	@Test
	void chords(@Autowired CeleryOperations celery) {
		assertThat(run(chord(group(ADD.s(2, 2), ADD.s(4, 4)), XSUM.s()))).isEqualTo("12");
		assertThat(run(group(ADD.s(2, 2), ADD.s(4, 4)).then(XSUM.s()))).isEqualTo("12");
		assertThat(run(chord(group(ADD.s(2, 2), ADD.s(4, 4)), MUL.si(3, 3)))).isEqualTo("9");
		AsyncResult<?> broken = celery.send(chord(group(ADD.s(2, 2), FAIL.s()), XSUM.s().linkError(LOG_ERROR.s())));
		assertFails(celery.result(broken.id()), "ChordError");
		await().untilAsserted(() -> assertThat(this.tasks.failed).contains(broken.id()));
	}

	@Test
	void mapsAndChunks() {
		assertThat(run(xmap(XSUM.s(), List.of(List.of(1, 2), List.of(3, 4))))).isEqualTo("[3, 7]");
		assertThat(run(starmap(ADD.s(), List.of(List.of(1, 2), List.of(3, 4))))).isEqualTo("[3, 7]");
		assertThat(run(chunks(ADD.s(), List.of(List.of(1, 1), List.of(2, 2), List.of(3, 3)), 2)))
			.isEqualTo("[[2, 4], [6]]");
	}

	@Test
	void nested() {
		Signature sum = chord(group(ADD.s(1, 1), chain(ADD.s(2, 2), ADD.s(3))), XSUM.s());
		assertThat(run(sum)).isEqualTo("9");
		assertThat(run(chain(sum, ADD.s(1)))).isEqualTo("10");
		assertThat(run(chain(ADD.s(1, 1), group(ADD.s(1), ADD.s(2)), XSUM.s()))).isEqualTo("7");
		assertThat(run(chord(group(sum, sum), XSUM.s()))).isEqualTo("18");
		assertThat(run(group(chain(ADD.s(1, 1), ADD.s(1)), group(ADD.s(2, 2), ADD.s(3, 3))))).isEqualTo("[3, 4, 6]");
		assertThat(run(chord(group(ADD.s(1, 1)), group(XSUM.s(), XSUM.s())))).isEqualTo("[2, 2]");
	}

	@Test
	void upgrades() {
		assertThat(group(ADD.s(1, 1), ADD.s(2, 2)).then(XSUM.s())).isInstanceOf(Chord.class);
		assertThat(chain(ADD.s(1, 1), group(ADD.s(1), ADD.s(2)), XSUM.s()).tasks().get(1)).isInstanceOf(Chord.class);
		assertThat(group(ADD.s(1, 1)).then(group(ADD.s(1), ADD.s(2)))).isInstanceOf(Chord.class);
		assertThat(ADD.s(1, 1).then(group(ADD.s(1)))).isEqualTo(chain(ADD.s(1, 1), ADD.s(1)));
		Signature chord = chord(group(ADD.s(1, 1), ADD.s(2, 2)), XSUM.s()).then(ADD.s(1));
		assertThat(((Chord) chord).body()).isEqualTo(chain(XSUM.s(), ADD.s(1)));
	}

	@Test
	void stamps(@Autowired CeleryOperations celery) {
		Signature stamped = chain(ADD.s(2, 2), signature("feeds.request").asImmutable()).stamp(Map.of("order", 4711));
		JsonNode request = celery.send(stamped).as(JsonNode.class).get(TIMEOUT);
		assertThat(request.get("stamps").toString()).isEqualTo("{\"order\":4711}");
	}

	@Test
	void stampingVisitors() {
		StampingVisitor visitor = new StampingVisitor() {

			@Override
			public Map<String, ?> onSignature(TaskSignature task, Map<String, Object> stamps) {
				return Map.of("monitoring_id", UUID.randomUUID().toString());
			}

			@Override
			public Map<String, ?> onGroupStart(Group group, Map<String, Object> stamps) {
				return Map.of("size", group.tasks().size());
			}

		};
		Signature stamped = group(signature("feeds.request"), signature("feeds.request")).stamp(visitor);
		List<JsonNode> requests = this.celery.send(stamped).as(new ParameterizedTypeReference<List<JsonNode>>() {
		}).get(TIMEOUT);
		assertThat(requests).hasSize(2)
			.allSatisfy((request) -> assertThat(request.get("stamps").get("size").asInt()).isEqualTo(2))
			.extracting((request) -> request.get("stamps").get("monitoring_id").asString())
			.doesNotHaveDuplicates();
	}

	@Test
	void flattened() {
		Chain chain = chain(chain(ADD.s(1, 1), ADD.s(2)), ADD.s(3));
		assertThat(chain.tasks()).containsExactly(ADD.s(1, 1), ADD.s(2), ADD.s(3));
		assertThat(run(chain)).isEqualTo("7");
	}

	private static void assertFails(AsyncResult<?> result, String type) {
		assertThatExceptionOfType(RemoteTaskException.class).isThrownBy(() -> result.get(TIMEOUT))
			.satisfies((ex) -> assertThat(ex.getType()).isEqualTo(type));
	}

}
