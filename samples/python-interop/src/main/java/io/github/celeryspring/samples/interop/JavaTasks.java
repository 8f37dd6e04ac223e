package io.github.celeryspring.samples.interop;

import java.time.LocalDate;

import io.github.celeryspring.annotation.CeleryTask;

import org.springframework.stereotype.Component;

/**
 * What Python can call. Arguments are bound by position and by name.
 */
@Component
public class JavaTasks {

	@CeleryTask("java.add")
	public long add(long x, long y) {
		return x + y;
	}

	@CeleryTask("java.due")
	public LocalDate due(LocalDate start, int days) {
		return start.plusDays(days);
	}

	@CeleryTask("java.fail")
	public void fail(String reason) {
		throw new IllegalStateException(reason);
	}

}
