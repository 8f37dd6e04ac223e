package io.github.celeryspring.canvas;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import static io.github.celeryspring.canvas.Signatures.chain;
import static io.github.celeryspring.canvas.Signatures.chord;
import static io.github.celeryspring.canvas.Signatures.group;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Pipe} and for callbacks of canvases, against what Celery makes of the
 * same expressions.
 */
class PipeTests {

	private static final Map<String, Signature> MADE = new HashMap<>();

	static {
		made("task, task", add(1).then(add(2)));
		made("task, chain", add(1).then(chain(add(2), add(3))));
		made("task, group", add(1).then(two()));
		made("task, group of one", add(1).then(group(add(2))));
		made("task, empty group", add(1).then(group()));
		made("task, chord", add(1).then(pair()));
		made("chain, task", chain(add(1), add(2)).then(add(3)));
		made("chain, chain", chain(add(1), add(2)).then(chain(add(3), add(4))));
		made("chain, group", chain(add(1), add(2)).then(two()));
		made("chain, group of one", chain(add(1), add(2)).then(group(add(3))));
		made("chain, empty group", chain(add(1), add(2)).then(group()));
		made("chain, chord", chain(add(1), add(2)).then(pair()));
		made("empty chain, task", chain().then(add(1)));
		made("empty chain, group", chain().then(two()));
		made("chain with group, task", add(1).then(two()).then(add(3)));
		made("chain with group, task, task", add(1).then(two()).then(add(3)).then(add(4)));
		made("chain with group, group", add(1).then(two()).then(two()));
		made("chain with group, chord", add(1).then(two()).then(pair()));
		made("chain with group, chain", add(1).then(two()).then(chain(add(3), add(4))));
		made("chain with chord, task", add(1).then(pair()).then(add(4)));
		made("chain with chord, group", add(1).then(pair()).then(two()));
		made("chain with chord, group, task", add(1).then(pair()).then(two()).then(add(4)));
		made("chain with chord, chord", add(1).then(pair()).then(pair()));
		made("chain with links, task", linked(chain(add(1), add(2))).then(add(3)));
		made("chain with links and group, task", linked(add(1).then(two())).then(add(3)));
		made("chain, chain with links", chain(add(1), add(2)).then(linked(chain(add(3), add(4)))));
		made("group, task", two().then(add(3)));
		made("group, task, task", two().then(add(3)).then(add(4)));
		made("group, group", two().then(two()));
		made("group, empty group", two().then(group()));
		made("group of one, task", group(add(1)).then(add(2)));
		made("group, chord", two().then(pair()));
		made("chord, task", pair().then(add(4)));
		made("chord, chain", pair().then(chain(add(4), add(5))));
		made("chord, group", pair().then(two()));
		made("chord, group of one", pair().then(group(add(4))));
		made("chord, group of a chain", pair().then(group(chain(add(4), add(5)))));
		made("chord, chord", pair().then(pair()));
		made("chain()", chain(add(1), group(add(2)), chain(add(3), chain(add(4))), group(), add(5)));
		made("chain() with groups", chain(add(1), two(), add(2), two(), add(3)));
		made("chain() of a group", chain(two(), add(3), add(4)).tasks().get(0));
		made("chain() of a list", chain(List.of(add(1), add(2))));
		made("linked chain", linked(chain(add(1), add(2))));
		made("linked group", linked(two()));
		made("linked chord", linked(pair()));
		made("linked chord of chords", linked(chord(List.of(pair(), add(1)), pair())));
		made("linked twice", linked(linked(add(1))));
		made("partial", add(2).partial(List.of(1), Map.of("z", 3)));
		made("partial of an immutable", add(2).asImmutable().partial(List.of(1), Map.of("z", 3)));
	}

	static Stream<GoldenCanvas> pipes() {
		return GoldenCanvas.read("pipes", "5.7.0");
	}

	@ParameterizedTest
	@MethodSource("pipes")
	void makesWhatCeleryMakes(GoldenCanvas golden) {
		JsonNode made = GoldenCanvas.written(MADE.get(golden.name()));
		assertThat(made).isEqualTo(golden.value());
	}

	@Test
	void aChainThatBeginsWithAGroupIsOneChord() {
		assertThat(chain(two(), add(3))).isEqualTo(chain(two().then(add(3))));
		assertThat(chain(two()).tasks()).containsExactly(two());
	}

	@Test
	void anEmptyChainHasNobodyToGiveItsCallbacksTo() {
		assertThat(linked(chain()).then(add(1))).isEqualTo(chain(add(1)));
		assertThat(chain(add(1), linked(chain()))).isEqualTo(chain(add(1)));
	}

	@Test
	void aLongChainIsPutTogetherInOneGo() {
		List<Signature> tasks = new ArrayList<>();
		IntStream.range(0, 100_000).forEach((i) -> tasks.add(add(i)));
		assertThat(chain(tasks).tasks()).isEqualTo(tasks);
	}

	@Test
	void nothingIsChangedInPlace() {
		Chain chain = chain(add(1), add(2));
		Chain same = chain(add(1), add(2));
		chain.then(add(3));
		chain.link(add(4)).linkError(add(5)).partial(List.of(1), Map.of()).asImmutable();
		chain.with((options) -> options.queue("other"));
		chain.stamp(Map.of("a", 1));
		assertThat(chain).isEqualTo(same);
	}

	@Test
	void immutableGroupsAndChordsAreSuchInTheirTasks() {
		Group group = group(add(1), chain(add(2), add(3))).asImmutable();
		assertThat(group.immutable()).isTrue();
		assertThat(group.partial(List.of(7), Map.of())).isEqualTo(group);
		assertThat(Signature.of(GoldenCanvas.written(group)).immutable()).isTrue();
		Chord chord = chord(two(), add(3)).asImmutable();
		assertThat(chord.header().immutable()).isTrue();
		assertThat(chord.body().immutable()).isFalse();
		assertThat(group(add(1), add(2).asImmutable()).immutable()).isFalse();
	}

	@Test
	void anImmutableChainStaysSoForACeleryThatForgetsIt() {
		Chain chain = chain(add(1), add(2)).asImmutable();
		assertThat(chain.tasks()).containsExactly(add(1).asImmutable(), add(2));
		assertThat(chain.partial(List.of(7), Map.of())).isEqualTo(chain);
	}

	@Test
	void optionsAreSetOverThoseThatAreThere() {
		TaskSignature task = add(1).with((options) -> options.queue("q").priority(3))
			.with((options) -> options.priority(5));
		assertThat(task.options()).isEqualTo(TaskOptions.builder().queue("q").priority(5).build());
		assertThat(task.withArgs(2, 3).kwarg("z", 4))
			.isEqualTo(new TaskSignature("tasks.add", List.of(2, 3), Map.of("z", 4), task.options(), false));
	}

	@Test
	void aNameKnowsItsType() {
		TaskName<Integer> add = TaskName.of("tasks.add", Integer.class);
		assertThat(chain(add.s(2, 2), add.si(4))).isEqualTo(chain(add(2, 2), add(4).asImmutable()));
		assertThat(add.resultType().getType()).isEqualTo(Integer.class);
		assertThat(add).isEqualTo(TaskName.of("tasks.add", Integer.class)).hasToString("tasks.add");
	}

	@Test
	void refusesWhatCannotBe() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Chord(two(), null, TaskOptions.NONE, false))
			.withMessageContaining("body");
		assertThatIllegalStateException().isThrownBy(() -> group().link(add(1)));
		assertThatIllegalArgumentException().isThrownBy(() -> Signatures.chunks(add(), List.of(), 0));
		assertThatIllegalArgumentException().isThrownBy(() -> TaskName.of(" ", String.class));
	}

	private static void made(String name, Signature signature) {
		MADE.put(name, signature);
	}

	private static Signature linked(Signature signature) {
		return signature.link(add(8)).linkError(add(9));
	}

	private static Group two() {
		return group(add(1, 1), add(2, 2));
	}

	private static Chord pair() {
		return chord(two(), add(3));
	}

	private static TaskSignature add(Object... args) {
		return TaskSignature.of("tasks.add", args);
	}

}
