package io.github.celeryspring.samples.quickstart;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

import io.github.celeryspring.RemoteTaskException;
import io.github.celeryspring.autoconfigure.CeleryConnectionDetails;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.samples.quickstart.DemoTasks.Invoice;
import io.github.celeryspring.samples.quickstart.DemoTasks.Item;
import io.github.celeryspring.samples.quickstart.DemoTasks.Order;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/**
 * Sends each task once through the broker and prints what comes back.
 */
@Component
class Demo implements ApplicationRunner {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final CeleryOperations celery;

	private final CeleryConnectionDetails connection;

	Demo(CeleryOperations celery, CeleryConnectionDetails connection) {
		this.celery = celery;
		this.connection = connection;
	}

	@Override
	public void run(ApplicationArguments args) {
		Long sum = this.celery.task("tasks.add").args(2, 3).returning(Long.class).send().get(TIMEOUT);
		print("tasks.add(2, 3) = " + sum);

		AsyncResult<String> greeting = this.celery.task("tasks.greet")
			.args("Ada")
			.kwarg("greeting", "Hello")
			.returning(String.class)
			.send();
		print("tasks.greet('Ada', greeting='Hello') = " + greeting.get(TIMEOUT));

		Order order = new Order("Ada", List.of(new Item("pencil", 3, new BigDecimal("1.20"))));
		Invoice invoice = this.celery.task("tasks.invoice").args(order).returning(Invoice.class).send().get(TIMEOUT);
		print("tasks.invoice(order) = " + invoice);

		try {
			this.celery.send("tasks.fail", "no luck").get(TIMEOUT);
		}
		catch (RemoteTaskException ex) {
			print("tasks.fail('no luck') raised " + ex.getType() + " from " + ex.getModule());
		}

		String url = this.connection.getBroker().toString();
		print("Broker for Python: " + url);
		print("Try: celery -b " + url + " --result-backend " + url + " call tasks.add --args '[2, 3]'");
	}

	private static void print(String line) {
		System.out.println("[quickstart] " + line);
	}

}
