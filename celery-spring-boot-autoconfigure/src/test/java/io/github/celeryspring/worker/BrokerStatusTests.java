package io.github.celeryspring.worker;

import java.time.Duration;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.worker.WorkerSnapshot.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class BrokerStatusTests {

	private final BrokerStatus status = new BrokerStatus("celery@test", "Worker celery@test ready");

	@Test
	void isStartingUntilTheBrokerAnswers(CapturedOutput output) {
		assertThat(this.status.state()).isEqualTo(State.STARTING);
		assertThat(this.status.lastPoll()).isNull();
		this.status.polling(Duration.ofSeconds(5));
		assertThat(this.status.state()).isEqualTo(State.STARTING);
		assertThat(this.status.answered()).isTrue();
		assertThat(this.status.answered()).isFalse();
		assertThat(this.status.state()).isEqualTo(State.CONSUMING);
		assertThat(this.status.lastPoll()).isNotNull();
		assertThat(output).containsOnlyOnce("celery@test ready");
	}

	@Test
	void isDisconnectedAfterAFailedPollUntilTheNextAnswer(CapturedOutput output) {
		this.status.answered();
		this.status.failed(new BrokerUnavailableException("no connection", null));
		assertThat(this.status.state()).isEqualTo(State.DISCONNECTED);
		assertThat(this.status.answered()).isTrue();
		assertThat(this.status.state()).isEqualTo(State.CONSUMING);
		assertThat(output).contains("consumes again after 1 failed attempts");
	}

	@Test
	void isDisconnectedWhilePollHangs() {
		this.status.answered();
		this.status.polling(Duration.ofSeconds(-4));
		assertThat(this.status.state()).isEqualTo(State.DISCONNECTED);
		this.status.answered();
		assertThat(this.status.state()).isEqualTo(State.CONSUMING);
	}

	@Test
	void isDisconnectedWhileNothingIsConfirmed(CapturedOutput output) {
		this.status.answered();
		this.status.confirms(false);
		this.status.confirms(false);
		assertThat(this.status.state()).isEqualTo(State.DISCONNECTED);
		this.status.confirms(true);
		assertThat(this.status.state()).isEqualTo(State.CONSUMING);
		assertThat(output).containsOnlyOnce("until results and acknowledgements are confirmed");
	}

	@Test
	void logsTheFirstAndEveryTenthFailure(CapturedOutput output) {
		for (int i = 0; i < 25; i++) {
			this.status.failed(new BrokerUnavailableException("no connection", null));
		}
		assertThat(output.toString().lines().filter((line) -> line.contains("no connection"))).hasSize(3);
	}

	@Test
	void logsEveryKindOfUnexpectedFailureOnceWithItsStackTrace(CapturedOutput output) {
		for (int i = 0; i < 5; i++) {
			this.status.failed(new IllegalStateException("broken"));
			this.status.failed(new NoClassDefFoundError("gone"));
		}
		assertThat(output).containsOnlyOnce("java.lang.IllegalStateException: broken")
			.containsOnlyOnce("java.lang.NoClassDefFoundError: gone");
	}

}
