using System.Text;
using System.Text.Json;
using Assay.Client;
using Assay.Programs;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Cli.Tests;

/// <summary>Proofs from the command line: set up, prove, ask a node, check with the node off, and what is refused.</summary>
public sealed class ProveCommandTests(ProveFixture made) : IClassFixture<ProveFixture>, IDisposable
{
    private static readonly string Images = Path.Combine(Testing.Oracles.RepositoryRoot, "models", "digits", "test_inputs.npy");

    private readonly string _folder = made.Copy();
    private readonly string _publisher = made.Publisher;

    private string Node => Path.Combine(_folder, "node");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AProofFile_IsCheckedWithoutTheWeights_AndSaysWhoseWord()
    {
        await RunAsync(0, "prove", "setup", "digits", "--key", Path.Combine(_folder, "maker.pem"), "--folder", Node);
        Assert.Contains("registered by 1 publisher", await RunAsync(0, "model", "inspect", "digits", "--folder", Node), StringComparison.Ordinal);
        string proof = Path.Combine(_folder, "d.proof"), trust = Path.Combine(_folder, "trust.txt");
        CliRunner.Result proved = await CliRunner.ProcessAsync("prove", "digits", Images, "--row", "3", "--out", proof, "--folder", Node);
        Assert.True(proved.ExitCode == 0, proved.Error);
        Assert.Contains("holds, 100 bits", proved.Output, StringComparison.Ordinal);
        await File.WriteAllTextAsync(trust, $"publisher maker {_publisher}\n");
        string said = await RunAsync(0, "verify", proof, "--trust", trust);
        Assert.Contains("PROVED", said, StringComparison.Ordinal);
        Assert.Contains("hides nothing", said, StringComparison.Ordinal);
        Assert.Contains("registration/not-named", await RunAsync(2, "verify", proof), StringComparison.Ordinal);
        Assert.Contains("computed again here", await RunAsync(0, "verify", proof, "--weights", "digits", "--folder", Node), StringComparison.Ordinal);
        string other = await OtherModelAsync();
        (string refused, _) = await FailAsync(4, "verify", proof, "--weights", other, "--trust", trust);
        Assert.Contains("weights/other-model", refused, StringComparison.Ordinal);
        string many = await RunAsync(0, "prove", "digits", await FirstImagesAsync(9), "--out", Path.Combine(_folder, "many.proof"), "--folder", Node);
        Assert.Contains("... 1 more items", many, StringComparison.Ordinal);
        Assert.DoesNotContain("response.json", many, StringComparison.Ordinal);
        byte[] damaged = await File.ReadAllBytesAsync(proof);
        damaged[damaged.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(proof, damaged);
        Assert.Contains("NOT PROVED", await RunAsync(1, "verify", proof, "--trust", trust), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ANodesProof_IsCheckedWithTheNodeOff_AndAKilledNodeKeepsItsPromises()
    {
        string answer = Path.Combine(_folder, "answer"), trust = Path.Combine(_folder, "node-trust.txt");
        TrustFile trusted;
        PendingAnswer[] promised;
        await using (CliNode node = await CliNode.StartAsync(Node))
        {
            using JsonDocument known = JsonDocument.Parse(await node.Client.GetAsync(".well-known/assay", CancellationToken.None));
            await File.WriteAllTextAsync(trust, known.RootElement.GetProperty("trust").GetString() + $"publisher maker {_publisher}\n");
            trusted = TrustFile.TryParse(await File.ReadAllBytesAsync(trust), out _, out _)!;
            string asked = await RunAsync(0, "infer", "digits@zk", Images, "--row", "3", "--node", node.Address.ToString(), "--trust", trust, "--out", answer);
            Assert.Contains("proved for the weights", asked, StringComparison.Ordinal);

            // Answers that have left, and proofs that haven't come: then the node dies.
            byte[] request = AssayClient.FormatRequest([Tensor("image", await File.ReadAllBytesAsync(Path.Combine(answer, "request.json")))], VerificationLevel.Replay.Join(VerificationLevel.Zk));
            promised = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => node.Client.AskForBundleLaterAsync("digits", request, CancellationToken.None)));
            node.Kill();
        }

        string receipt = Path.Combine(answer, "answer.receipt");
        Assert.Contains("proof/hides-nothing", await RunAsync(0, "verify", receipt, "--trust", trust, "--json"), StringComparison.Ordinal);
        string policy = Path.Combine(_folder, "policy.json");
        foreach ((int bits, int exit) in new[] { (100, 0), (128, 2) })
        {
            await File.WriteAllTextAsync(policy, $$"""{"require":[{"question":"computed-right","by":["zk"],"minSoundnessBits":{{bits}}}]}""");
            await RunAsync(exit, "verify", receipt, "--trust", trust, "--policy", policy);
        }

        Assert.Contains("weights/other-model", (await FailAsync(4, "verify", receipt, "--trust", trust, "--weights", await OtherModelAsync())).Error, StringComparison.Ordinal);
        string nobody = Path.Combine(_folder, "nobody.txt");
        await File.WriteAllTextAsync(nobody, $"publisher maker {_publisher}\n");
        CliRunner.Result unnamed = await CliRunner.RunAsync(["verify", receipt, "--trust", nobody]);
        Assert.Contains("not evaluated: an earlier check failed", unnamed.Output, StringComparison.Ordinal);

        string redacted = Path.Combine(_folder, "redacted.receipt");
        await RunAsync(0, "disclose", receipt, "--keep", "request.policy,model,execution,outputs", "--out", redacted);
        Assert.Contains("proof/none", await RunAsync(2, "verify", redacted, "--trust", trust, "--json"), StringComparison.Ordinal);

        await using CliNode again = await CliNode.StartAsync(Node);
        foreach (PendingAnswer one in promised)
        {
            AttachedProof? proof = null;
            byte[] bundle = [];
            for (int i = 0; i < 120 && proof is null; i++)
            {
                bundle = await again.Client.GetBundleAsync(one.ReceiptId, one.ReceiptSecret, CancellationToken.None);
                proof = Bundle.TryDecode(bundle, out _)!.Proof;
            }

            Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = bundle, Trust = trusted, Now = TimeProvider.System.GetUtcNow(), Require = VerificationLevel.Zk });
            Assert.True(verdict.Outcome == Outcome.Met, verdict.Summary);
        }

        Assert.Contains("done", await RunAsync(0, "prove", "status", promised[0].ReceiptId.ToString(), "--node", again.Address.ToString()), StringComparison.Ordinal);
        (string refused, _) = await FailAsync(3, "infer", "digits@tee+zk", Images, "--row", "3", "--node", again.Address.ToString(), "--trust", trust, "--out", answer);
        Assert.Contains("attested hardware", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatHasNoProof_IsNamed()
    {
        string folder = await OtherModelAsync();
        string array = Path.Combine(_folder, "x.npy");
        string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }".PadRight(117) + "\n";
        await File.WriteAllBytesAsync(array, [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(header), .. new byte[8]]);
        (string error, _) = await FailAsync(3, "prove", folder, array);
        Assert.Contains("zk/operation", error, StringComparison.Ordinal);
        Assert.Contains("divide", error, StringComparison.OrdinalIgnoreCase);
    }

    // The first of the test images, as an array of its own: 64 floats each.
    private async Task<string> FirstImagesAsync(int count)
    {
        byte[] all = await File.ReadAllBytesAsync(Images);
        int header = 10 + BitConverter.ToUInt16(all, 8);
        string text = Encoding.ASCII.GetString(all, 10, header - 10);
        System.Text.RegularExpressions.Match shape = System.Text.RegularExpressions.Regex.Match(text, @"\((\d+),");
        int items = int.Parse(shape.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        string first = text.Remove(shape.Groups[1].Index, shape.Groups[1].Length).Insert(shape.Groups[1].Index, count.ToString(System.Globalization.CultureInfo.InvariantCulture)).TrimEnd('\n', ' ').PadRight(text.Length - 1) + "\n";
        string path = Path.Combine(_folder, "first.npy");
        await File.WriteAllBytesAsync(path, [.. all[..10], .. Encoding.ASCII.GetBytes(first), .. all.AsSpan(header, (all.Length - header) / items * count)]);
        return path;
    }

    // A model of two numbers, which has no proof.
    private async Task<string> OtherModelAsync()
    {
        TensorType x = new([2], 1, 100);
        ExactProgram program = ExactProgram.Create(
            [new ProgramInput("x", x, null, [0.0], [1.0], OutOfRange.Clamp)], [], [],
            [new DivideOperation(0, 0, 4, new TensorType([2], -100, 100))], [new ProgramOutput("y", 1, 1.0)], out _)!;
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "divide")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "program.cbor"), program.Bytes.ToArray());
        await File.WriteAllBytesAsync(Path.Combine(folder, "weights.bin"), []);
        return folder;
    }

    private static TensorValue Tensor(string name, byte[] request)
    {
        using JsonDocument json = JsonDocument.Parse(request);
        JsonElement input = json.RootElement.GetProperty("inputs")[0];
        float[] values = [.. Numbers(input.GetProperty("data"))];
        return TensorValue.Create(input.GetProperty("name").GetString() ?? name, [.. input.GetProperty("shape").EnumerateArray().Select(static d => d.GetInt32())],
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
    }

    private static IEnumerable<float> Numbers(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(Numbers) : [element.GetSingle()];

    private static async Task<string> RunAsync(int exit, params string[] arguments)
    {
        CliRunner.Result result = await CliRunner.RunAsync(arguments);
        Assert.True(result.ExitCode == exit, $"{string.Join(' ', arguments)}: {result.ExitCode}\n{result.Error}{result.Output}");
        return result.Output;
    }

    private static async Task<(string Error, string Output)> FailAsync(int exit, params string[] arguments)
    {
        CliRunner.Result result = await CliRunner.RunAsync(arguments);
        Assert.True(result.ExitCode == exit, $"{string.Join(' ', arguments)}: {result.ExitCode}\n{result.Error}{result.Output}");
        return (result.Error, result.Output);
    }
}
