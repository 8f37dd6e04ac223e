package io.github.celeryspring.samples.quickstart;

import java.math.BigDecimal;
import java.util.List;

import io.github.celeryspring.annotation.CeleryTask;
import org.springframework.stereotype.Component;

/**
 * The tasks that this application executes, for itself and for any other Celery client.
 */
@Component
public class DemoTasks {

	@CeleryTask("tasks.add")
	public long add(long x, long y) {
		return x + y;
	}

	@CeleryTask("tasks.greet")
	public String greet(String name, String greeting) {
		return greeting + ", " + name + "!";
	}

	@CeleryTask("tasks.invoice")
	public Invoice invoice(Order order) {
		BigDecimal total = order.items()
			.stream()
			.map((item) -> item.price().multiply(BigDecimal.valueOf(item.quantity())))
			.reduce(BigDecimal.ZERO, BigDecimal::add);
		return new Invoice(order.customer(), total);
	}

	@CeleryTask("tasks.fail")
	public void fail(String reason) {
		throw new IllegalStateException(reason);
	}

	/**
	 * An argument: a JSON object on the wire, a dict in Python.
	 *
	 * @param customer who orders
	 * @param items what is ordered
	 */
	public record Order(String customer, List<Item> items) {
	}

	/**
	 * A line of an order.
	 *
	 * @param name what
	 * @param quantity how many
	 * @param price of one
	 */
	public record Item(String name, int quantity, BigDecimal price) {
	}

	/**
	 * A result.
	 *
	 * @param customer who pays
	 * @param total how much
	 */
	public record Invoice(String customer, BigDecimal total) {
	}

}
