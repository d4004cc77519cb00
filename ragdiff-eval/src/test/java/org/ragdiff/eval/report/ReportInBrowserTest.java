package org.ragdiff.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The page in Chromium as Debian packages it (chromium, chromium-driver): what is seen and clicked there. */
class ReportInBrowserTest {
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Path BROWSER = Path.of("/usr/bin/chromium");

    @TempDir
    static Path folder;

    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");
    private static ChromeDriver browser;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(
                Files.isExecutable(DRIVER) && Files.isExecutable(BROWSER),
                "no " + BROWSER + " and " + DRIVER + "; on Debian: packages chromium and chromium-driver");
        Path page = folder.resolve("index.html");
        HtmlReport.write(page, HtmlReportTest.example());
        SELENIUM.setLevel(Level.SEVERE);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSER.toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
        options.addArguments("--user-data-dir=" + folder.resolve("profile"));
        options.setCapability("goog:loggingPrefs", logs);
        browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER.toFile())
                        .withTimeout(Duration.ofMinutes(2))
                        .build(),
                options);
    }

    @BeforeEach
    void open() {
        browser.get(folder.resolve("index.html").toUri().toString());
    }

    @AfterAll
    static void close() throws Exception {
        if (browser != null) {
            browser.quit();
        }
        // The browser's last files may still come while JUnit would remove the folder.
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1280, 390})
    void nothingOverflowsAndNothingIsLogged(int width) throws Exception {
        // A window cannot be as narrow as a telephone: the view is.
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", width < 600));
        for (String scheme : List.of("light", "dark")) {
            browser.executeCdpCommand(
                    "Emulation.setEmulatedMedia",
                    Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
            assertThat(number("return document.documentElement.scrollWidth"))
                    .as(scheme)
                    .isLessThanOrEqualTo(width);
            keepScreenshot(width + "-" + scheme);
        }
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
        assertThat(browser.findElements(By.cssSelector(".chart svg")))
                .hasSize(2)
                .allMatch(WebElement::isDisplayed);
    }

    /** For a person to look at, where a folder is named. */
    private void keepScreenshot(String name) throws Exception {
        String to = System.getProperty("ragdiff.screenshots");
        if (to != null) {
            Files.createDirectories(Path.of(to));
            Files.write(Path.of(to, name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
        }
    }

    @Test
    void aTableIsSortedByItsHeader() {
        browser.manage().window().setSize(new Dimension(1280, 900));
        WebElement table = browser.findElement(By.cssSelector("table.sortable"));
        List<WebElement> buttons = table.findElements(By.cssSelector("button.sort"));
        WebElement mean = buttons.stream()
                .filter(b -> b.getText().startsWith("With retrieval"))
                .findFirst()
                .orElseThrow();
        mean.click();
        assertThat(column(table, 2)).isSortedAccordingTo(Comparator.comparingDouble(Double::parseDouble));
        assertThat(mean.findElement(By.xpath("..")).getDomAttribute("aria-sort"))
                .isEqualTo("ascending");
        mean.sendKeys(Keys.ENTER);
        assertThat(column(table, 2))
                .isSortedAccordingTo(
                        Comparator.comparingDouble(Double::parseDouble).reversed());
    }

    private static List<String> column(WebElement table, int column) {
        return table.findElements(By.cssSelector("tbody tr")).stream()
                .map(r -> r.findElements(By.xpath("./*")).get(column).getText())
                .toList();
    }

    @Test
    void aPictureIsEnlargedAndClosedByKeyboard() {
        WebElement zoom = browser.findElement(By.cssSelector("button.zoom"));
        WebElement dialog = browser.findElement(By.id("enlarged"));
        assertThat(dialog.isDisplayed()).isFalse();
        zoom.sendKeys(Keys.ENTER);
        assertThat(dialog.isDisplayed()).isTrue();
        assertThat(dialog.findElement(By.tagName("img")).getDomProperty("src"))
                .isEqualTo(zoom.findElement(By.tagName("img")).getDomProperty("src"));
        browser.switchTo().activeElement().sendKeys(Keys.ESCAPE);
        assertThat(dialog.isDisplayed()).isFalse();
    }

    @Test
    void theSliderUncoversTheTruth() {
        WebElement slider = browser.findElement(By.cssSelector(".compare input"));
        WebElement over = browser.findElement(By.cssSelector(".compare .over"));
        slider.sendKeys(Keys.HOME);
        assertThat(over.getCssValue("clip-path")).isEqualTo("inset(0px 100% 0px 0px)");
        slider.sendKeys(Keys.END);
        assertThat(over.getCssValue("clip-path")).isIn("inset(0px 0% 0px 0px)", "inset(0px)", "inset(0px 0px 0px 0px)");
    }

    @Test
    void controlsHaveNames() {
        assertThat(browser.findElements(By.cssSelector("button, input")).stream()
                        .filter(WebElement::isDisplayed))
                .hasSizeGreaterThan(10)
                .allSatisfy(e -> assertThat(e.getAccessibleName()).isNotBlank());
        assertThat(Set.copyOf(browser.findElements(By.tagName("h1")))).hasSize(1);
    }

    private long number(String script) {
        return ((Number) browser.executeScript(script)).longValue();
    }
}
