package io.github.celeryspring.eta;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.lettuce.core.Range;
import io.lettuce.core.models.command.CommandDetail;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

class ManyParkedMessagesSoakTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@Test
	void probe() {
		int n = Integer.getInteger("n", 1_000_000);
		int m = Integer.getInteger("m", 100_000);
		int mb = Integer.getInteger("mb", 64);
		int pad = Integer.getInteger("pad", 200);
		redis.commands().configSet("slowlog-max-len", "1000");
		long t = System.nanoTime();
		EtaMessages.send(redis, "q", "far", n, Instant.now().plus(Duration.ofDays(1)), pad);
		System.out.println("filled " + ms(t) + " element " + redis.commands().lindex("q", 0).length() + " " + redis.commands().lindex("q", 0));
		redis.commands().configSet("slowlog-log-slower-than", "5000");
		redis.commands().slowlogReset();
		t = System.nanoTime();
		EtaWorkerProcess worker = EtaWorkerProcess.start(redis, "q", mb, "celery.worker-concurrency=2");
		System.out.println("started " + ms(t));
		Awaitility.await().pollInterval(Duration.ofMillis(100)).atMost(Duration.ofSeconds(300)).until(() -> !worker.isAlive() || redis.commands().llen("q") == 0 && parked() == n);
		System.out.println("parked " + ms(t) + " " + worker.isAlive() + " " + worker.heap());
		slow();
		worker.kill();
		redis.commands().configResetstat();
		t = System.nanoTime();
		EtaWorkerProcess w2 = EtaWorkerProcess.start(redis, "q", mb, "celery.worker-concurrency=2");
		System.out.println("started again " + ms(t) + w2.heap());
		System.out.println(redis.commands().info("commandstats"));
		Instant due = Instant.now().plusSeconds(m / 8000 + 4);
		t = System.nanoTime();
		EtaMessages.send(redis, "q", "due", m, due, pad);
		Awaitility.await().pollInterval(Duration.ofMillis(50)).atMost(Duration.ofSeconds(300)).until(() -> redis.commands().llen("q") == 0 && parked() == n + m);
		System.out.println("parked " + m + " " + ms(t));
		Awaitility.await().pollInterval(Duration.ofMillis(50)).atMost(Duration.ofSeconds(30)).until(() -> { if (Instant.now().isAfter(due.plusSeconds(12))) { System.out.println(redis.commands().keys("*").stream().limit(8).toList() + " ran " + redis.commands().llen("ran") + " q " + redis.commands().llen("q") + " unacked " + parked()+ " " + w2.heap()); System.out.println(w2.log()); System.out.println(redis.commands().info("commandstats")); System.exit(1); } return redis.commands().llen("ran") >= m; });
		System.out.println("ran all after " + Duration.between(due, Instant.now()) + " " + w2.heap());
		slow();
		List<String> ran = redis.commands().lrange("ran", 0, -1);
		System.out.println(ran.stream().map((s) -> s.split(" ")[0]).distinct().count() + " of " + ran.size());
		System.out.println("first " + (Long.parseLong(ran.get(0).split(" ")[1]) - due.toEpochMilli()) + " last " + (Long.parseLong(ran.get(m - 1).split(" ")[1]) - due.toEpochMilli()));
		System.out.println(redis.commands().info("commandstats"));
		System.out.println(w2.log());
		w2.kill();
	}

	private static void slow() {
		for (Object entry : redis.commands().slowlogGet(8)) {
			List<?> e = (List<?>) entry;
			String s = String.valueOf(((List<?>) e.get(3)).get(0));
			List<?> a = (List<?>) e.get(3);
			System.out.println("slow " + e.get(2) + " " + s + " " + (a.size() > 1 ? a.get(1) : "") + " " + a.size());
		}
		System.out.println("slow count " + redis.commands().slowlogLen());
		redis.commands().slowlogReset();
	}

	private static long parked() {
		double now = System.currentTimeMillis() / 1000.0;
		return redis.commands().hlen("unacked");
	}

	private static String ms(long since) {
		return (System.nanoTime() - since) / 1000_000 + " ms";
	}

}
