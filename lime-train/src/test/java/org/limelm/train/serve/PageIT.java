package org.limelm.train.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/** The page in a browser; skipped unless Chromium and its driver are installed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TEXT = "Abraham Lincoln lived in Kentucky.";

    @TempDir private static Path folder;
    private TestServer server;
    private Optional<ChromeDriver> started = Optional.empty();

    @BeforeAll
    void start() {
        assumeTrue(
                onPath("chromedriver").isPresent() && browser().isPresent(),
                "Chromium or chromedriver is not on PATH: the page is not tested in a browser");
        server = TestServer.start(folder, ServeLimits.defaults());
    }

    @AfterEach
    void closeBrowser() {
        started.ifPresent(ChromeDriver::quit);
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static Optional<Path> browser() {
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> onPath(name).stream())
                .findFirst();
    }

    private static Optional<Path> onPath(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(place -> Path.of(place, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private ChromeDriver open(int width) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(browser().orElseThrow().toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu");
        options.setExperimentalOption(
                "mobileEmulation",
                Map.of("deviceMetrics", Map.of("width", width, "height", 1400, "pixelRatio", 1)));
        options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL"));
        ChromeDriver driver =
                new ChromeDriver(
                        new ChromeDriverService.Builder()
                                .usingDriverExecutable(
                                        onPath("chromedriver").orElseThrow().toFile())
                                .usingAnyFreePort()
                                .build(),
                        options);
        started = Optional.of(driver);
        driver.get(server.server().url() + "/");
        await(() -> !driver.findElements(By.cssSelector(".run")).isEmpty());
        return driver;
    }

    private static void await(Supplier<Boolean> condition) {
        Instant end = Instant.now().plus(PATIENCE);
        while (!condition.get()) {
            assertThat(Instant.now()).as("waiting for the page").isBefore(end);
            Thread.onSpinWait();
        }
    }

    private static WebElement find(ChromeDriver driver, String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    private static List<String> texts(ChromeDriver driver, String selector) {
        return driver.findElements(By.cssSelector(selector)).stream()
                .map(WebElement::getText)
                .toList();
    }

    private static void type(ChromeDriver driver, String text) {
        WebElement field = find(driver, "#text");
        field.sendKeys(Keys.chord(Keys.CONTROL, "a"), text, Keys.chord(Keys.CONTROL, Keys.ENTER));
        await(() -> texts(driver, "#status").get(0).startsWith("6 words"));
    }

    private static void assertNoErrors(ChromeDriver driver) {
        List<LogEntry> errors =
                driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                        .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                        .toList();
        assertThat(errors).isEmpty();
    }

    @Test
    void aTypedTextShowsItsTagsAndTheLossOfEachModel() {
        ChromeDriver driver = open(1100);
        type(driver, TEXT);
        assertThat(texts(driver, "#words .text"))
                .containsExactly("Abraham", "Lincoln", "lived", "in", "Kentucky", ".");
        assertThat(texts(driver, "#words .word > .pos"))
                .hasSize(6)
                .startsWith("NNP", "NNP", "VBD", "IN", "NNP");
        find(driver, "input[name=mode][value=full]").click();
        assertThat(texts(driver, "#words .entity > b")).containsExactly("PERSON", "GPE");
        assertThat(driver.findElements(By.cssSelector(".run"))).hasSize(2);
        assertThat(String.join("", texts(driver, ".run[data-model=lime] .token")).replace(" ", ""))
                .isEqualTo(TEXT.replace(" ", ""));
        assertNoErrors(driver);
    }

    @Test
    void theKeyboardReachesTheProbabilitiesOfEveryToken() {
        ChromeDriver driver = open(1100);
        type(driver, TEXT);
        WebElement first = find(driver, ".run .token");
        first.sendKeys(Keys.ARROW_RIGHT);
        List<WebElement> tokens = driver.findElements(By.cssSelector(".run .token"));
        assertThat(driver.switchTo().activeElement()).isEqualTo(tokens.get(1));
        assertThat(find(driver, "#tip").isDisplayed()).isTrue();
        assertThat(find(driver, "#tip").getText()).contains("nats", "%", "pos ");
        assertThat(tokens.get(1).getDomAttribute("aria-label")).contains("most probable");
        tokens.get(1).sendKeys(Keys.ESCAPE);
        assertThat(find(driver, "#tip").isDisplayed()).isFalse();
    }

    @Test
    void aPlanOfTagsChangesTheGeneratedText() {
        ChromeDriver driver = open(1100);
        assertThat(find(driver, "#generate-model").getDomProperty("value")).isEqualTo("next");
        String numbers = generate(driver, "CD CD");
        String words = generate(driver, "NN VBD NN");
        assertThat(words).isNotEqualTo(numbers);
        assertThat(texts(driver, "#generate-status").get(0)).contains("given");
        find(driver, "#generate-model").sendKeys("lime");
        await(() -> !find(driver, "#plan-area").isDisplayed());
        assertNoErrors(driver);
    }

    private static String generate(ChromeDriver driver, String plan) {
        find(driver, "#plan").sendKeys(Keys.chord(Keys.CONTROL, "a"), plan, Keys.ENTER);
        await(() -> texts(driver, "#generate-status").get(0).startsWith("Ended by stop"));
        String text = find(driver, "#output .new").getText();
        find(driver, "#seed").sendKeys("1");
        return text;
    }

    @Test
    void thePageFitsANarrowScreen() {
        ChromeDriver driver = open(400);
        Object width =
                driver.executeScript(
                        "return Math.max(document.documentElement.scrollWidth,"
                                + " document.body.scrollWidth)");
        assertThat((Long) width).isLessThanOrEqualTo(400);
        assertNoErrors(driver);
    }
}
