package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class OwnerWatchTests {

	private static final String OWNER = KombuKeys.tagPrefix("worker:1@host");

	private final OwnerWatch watch = new OwnerWatch(Duration.ofNanos(10));

	private RedisSelf self = new RedisSelf(new ConnectionId(7, "127.0.0.1:4711"), "run1");

	private List<OwnerRecord> observe(String time, String server, long now) {
		List<OwnerRecord> records = OwnerRecord.parseAll(Map.of(OWNER, time + ".000000 " + server + " 8@[::1]:9"));
		assertThat(records).hasSize(1);
		return this.watch.observe(this.self, records, now, now);
	}

	@Test
	void ownerWithoutSignOfLifeIsSilent() {
		assertThat(observe("1", "run1", 100)).isEmpty();
		assertThat(observe("1", "run1", 109)).isEmpty();
		assertThat(observe("1", "run1", 110)).extracting(OwnerRecord::name).containsExactly("worker:1@host");
	}

	@Test
	void signOfLifeBeginsANewTime() {
		observe("1", "run1", 100);
		assertThat(observe("2", "run1", 110)).isEmpty();
		assertThat(observe("2", "run1", 119)).isEmpty();
		assertThat(observe("2", "run1", 120)).hasSize(1);
	}

	@Test
	void timeBetweenAskingAndReadingCountsForTheOwner() {
		List<OwnerRecord> records = OwnerRecord.parseAll(Map.of(OWNER, "1.000000 run1 8@[::1]:9"));
		assertThat(this.watch.observe(this.self, records, 100, 105)).isEmpty();
		assertThat(this.watch.observe(this.self, records, 114, 120)).isEmpty();
		assertThat(this.watch.observe(this.self, records, 115, 120)).hasSize(1);
	}

	@Test
	void whatWasSeenByAnotherConnectionDoesNotCount() {
		observe("1", "run1", 100);
		this.self = new RedisSelf(new ConnectionId(9, "127.0.0.1:4711"), "run1");
		assertThat(observe("1", "run1", 110)).isEmpty();
		assertThat(observe("1", "run1", 120)).hasSize(1);
		this.watch.reset();
		assertThat(observe("1", "run1", 130)).isEmpty();
	}

	@Test
	void ownerHasMoreTimeToFindANewServer() {
		observe("1", "run0", 100);
		assertThat(observe("1", "run0", 129)).isEmpty();
		assertThat(observe("1", "run0", 130)).hasSize(1);
	}

	@Test
	void recordThatIsGoneIsForgotten() {
		observe("1", "run1", 100);
		this.watch.observe(this.self, List.of(), 105, 105);
		assertThat(observe("1", "run1", 110)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "'',1.000000 run 8@a:1", "celery-spring:,1.000000 run 8@a:1", "celery-spring:w:,1.000000 run 8@a:1",
			"ok,1.000000 run", "ok,'1.000000 run '", "ok,1.000000 run 8", "ok,now run 8@a:1", "ok,''",
			"ok,1.000000 run 8@a:1 x" })
	void strangeRecordIsNobodys(String owner, String text) {
		assertThat(OwnerRecord.parseAll(Map.of("ok".equals(owner) ? OWNER : owner, text))).isEmpty();
	}

	@Test
	void connectionsAreRead() {
		assertThat(ConnectionId.ofInfo("id=12 addr=127.0.0.1:4711 laddr=127.0.0.1:6379 fd=8 name=x"))
			.isEqualTo(new ConnectionId(12, "127.0.0.1:4711"))
			.isEqualTo(ConnectionId.parse("12@127.0.0.1:4711"));
		assertThat(ConnectionId.ofInfo("")).isNull();
	}

}
