using System.Diagnostics;
using System.Text;
using Assay.Chain;
using Assay.Llama;
using Assay.OnnxRuntime;

namespace Assay.Testing;

/// <summary>
/// Programs not ours that tests compare with where they are installed (eng/oracles.sh installs them). Mark such
/// tests with <see cref="OracleFactAttribute"/>.
/// </summary>
public static class Oracles
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly Lazy<string?> NodeMissing = new(() => Missing("node", ["--version"]));


    private static readonly Lazy<string?> GoSumdbMissing = new(() => Missing("go", ["version"])
        ?? (Directory.Exists("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog")
            ? null
            : "golang.org/x/mod is not in /usr/share/gocode (Debian: golang-golang-x-mod-dev)"));

    private static readonly Lazy<string?> PythonMissing = new(() => Missing("python3", ["--version"]));

    /// <summary>Whether absent oracles are failures.</summary>
    public static bool AreRequired => Environment.GetEnvironmentVariable("ASSAY_REQUIRE_ORACLES") == "1";

    /// <summary>The root of the repository: the nearest folder above with Assay.slnx.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The folder with the oracles' scripts, tests/interop.</summary>
    public static string InteropFolder => Path.Combine(RepositoryRoot, "tests", "interop");

    /// <summary>Where Debian's libonnx-testdata puts its models.</summary>
    public static string OnnxTestDataFolder => "/usr/share/libonnx-testdata/data";

    /// <summary>Null if the oracle is installed; else what is missing.</summary>
    public static string? WhyMissing(Oracle oracle) => oracle switch
    {
        Oracle.Node => NodeMissing.Value,
        Oracle.NodePackages => PackagesMissing("tests/interop/node"),
        Oracle.OpenAi => PackagesMissing("tests/interop/openai"),
        Oracle.LocalChain => AnvilProgram.Find() is null ? "anvil isn't installed (eng/chain.sh)" : null,
        Oracle.X402 => WhyMissing(Oracle.LocalChain) ?? PackagesMissing("tests/interop/x402"),
        Oracle.X402WithLlama => WhyMissing(Oracle.X402) ?? LlamaMissing,
        Oracle.X402VersionOne => WhyMissing(Oracle.X402) ?? PackagesMissing("tests/interop/x402-v1"),
        Oracle.Solc => PackagesMissing("contracts"),
        Oracle.GoSumdb => GoSumdbMissing.Value,
        Oracle.OnnxTestData => Directory.Exists(OnnxTestDataFolder) ? null : $"{OnnxTestDataFolder} is missing (Debian: libonnx-testdata)",
        Oracle.OnnxRuntime => OnnxRuntimeMissing,
        Oracle.Llama => LlamaMissing,
        Oracle.OpenAiWithLlama => WhyMissing(Oracle.OpenAi) ?? LlamaMissing,
        Oracle.Python => PythonMissing.Value,
        Oracle.Secp256k1 => LibSecp256k1.IsInstalled ? null : "libsecp256k1 isn't installed (Debian: libsecp256k1-1)",
        _ => throw new ArgumentOutOfRangeException(nameof(oracle)),
    };

    /// <summary>Runs a Node script of tests/interop/node; <paramref name="input"/> goes to its standard input.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="InvalidOperationException">It failed or took too long; the message holds its standard error.</exception>
    public static string RunNode(string script, string input) =>
        Run("node", [Path.Combine(InteropFolder, "node", script)], input, []);

    /// <summary>Runs a Go program of tests/interop/go, a folder with one main package, outside any module.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="InvalidOperationException">It failed or took too long; the message holds its standard error.</exception>
    public static string RunGo(string program, string input, params string[] arguments) => Run(
        "go",
        ["run", Path.Combine(InteropFolder, "go", program, "main.go"), .. arguments],
        input,
        new Dictionary<string, string> { ["GO111MODULE"] = "off", ["GOPATH"] = "/usr/share/gocode", ["GOFLAGS"] = "" });

    /// <summary>Runs a Python script of tests/interop/python; <paramref name="input"/> goes to its standard input.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="InvalidOperationException">It failed or took too long; the message holds its standard error.</exception>
    public static string RunPython(string script, string input) =>
        Run("python3", [Path.Combine(InteropFolder, "python", script)], input, new Dictionary<string, string> { ["PYTHONIOENCODING"] = "utf-8" });

    private static string? PackagesMissing(string folder) => NodeMissing.Value
        ?? (Directory.Exists(Path.Combine(RepositoryRoot, folder, "node_modules")) ? null : $"{folder}/node_modules is missing (eng/oracles.sh installs it)");

    private static string? OnnxRuntimeMissing => OnnxRuntimeLibrary.Find() is null ? "ONNX Runtime isn't installed (eng/onnxruntime.sh)" : null;

    private static string? LlamaMissing => LlamaLibrary.TryFind(out string? why) is null ? why : null;

    private static string? Missing(string program, string[] arguments)
    {
        try
        {
            Run(program, arguments, "", []);
            return null;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return $"{program} cannot be run ({e.Message})";
        }
    }

    private static string Run(
        string program, IEnumerable<string> arguments, string input, Dictionary<string, string> environment)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading everything; its exit code says whether that is an error.
        }

        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{program} took longer than {Patience}.");
        }

        return process.ExitCode == 0
            ? output.GetAwaiter().GetResult()
            : throw new InvalidOperationException(
                $"{program} exited with {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Assay.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Assay.slnx isn't above the tests.");
    }
}
