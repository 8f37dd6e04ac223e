package io.github.celeryspring.samples.quickstart;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ExtendWith(OutputCaptureExtension.class)
class QuickstartApplicationTests {

	private final RestClient http;

	QuickstartApplicationTests(@LocalServerPort int port) {
		this.http = RestClient.create("http://localhost:" + port);
	}

	@Test
	void printsTheResultsOfItsOwnTasksAndWherePythonFindsTheBroker(CapturedOutput output) {
		assertThat(output).contains("tasks.add(2, 3) = 5")
			.contains("tasks.greet('Ada', greeting='Hello') = Hello, Ada!")
			.contains("tasks.invoice(order) = Invoice[customer=Ada, total=3.60]")
			.contains("tasks.fail('no luck') raised IllegalStateException from java.lang")
			.containsPattern("call tasks.add --args '\\[2, 3\\]'");
	}

	@Test
	void submitsATaskAndFindsItsResult() {
		String id = submit("tasks.greet", Map.of("args", List.of("Grace"), "kwargs", Map.of("greeting", "Welcome")));
		JsonNode found = awaitReady(id);
		assertThat(found.get("state").asString()).isEqualTo("SUCCESS");
		assertThat(found.get("result").asString()).isEqualTo("Welcome, Grace!");
	}

	@Test
	void showsTheFailureOfATask() {
		JsonNode found = awaitReady(submit("tasks.fail", Map.of("kwargs", Map.of("reason", "no luck"))));
		assertThat(found.get("state").asString()).isEqualTo("FAILURE");
		assertThat(found.get("result").get("type").asString()).isEqualTo("IllegalStateException");
	}

	@Test
	void anUnknownResultIsPending() {
		assertThat(find("unknown").get("state").asString()).isEqualTo("PENDING");
	}

	private String submit(String task, Map<String, ?> call) {
		return this.http.post()
			.uri("/tasks/{name}", task)
			.contentType(MediaType.APPLICATION_JSON)
			.body(call)
			.retrieve()
			.requiredBody(JsonNode.class)
			.get("id")
			.asString();
	}

	private JsonNode awaitReady(String id) {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.until(() -> find(id), (found) -> !found.get("state").asString().equals("PENDING"));
	}

	private JsonNode find(String id) {
		return this.http.get().uri("/results/{id}", id).retrieve().requiredBody(JsonNode.class);
	}

}
