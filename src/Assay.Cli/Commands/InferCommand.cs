using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Cli.Console;
using Assay.Client;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary><c>assay infer</c>: asks a node, checks the answer and keeps the files with which anybody can check it again.</summary>
internal static class InferCommand
{
    internal static Command Create()
    {
        Argument<string> model = new("model") { Description = "Name or id; 'name@level' also says the level." };
        Option<FileInfo> input = new("--input") { Description = "A .npy array (float32, items along the first axis) or a .json request body, sent as it is.", Required = true };
        Option<int?> row = new("--row") { Description = "Send only this item of the array, counted from 0." };
        Option<string?> level = new("--verification") { Description = "The level: signed, replay, ... Without it the key's or node's default counts." };
        Option<FileInfo?> policyFile = new("--policy") { Description = "A policy instead of a level (JSON file, spec/levels.md): sent, and required of the answer." };
        Option<Uri> node = Nodes.Option();
        Option<FileInfo?> trust = new("--trust") { Description = "Trust file: which node and log count." };
        Option<bool> firstUse = new("--first-use") { Description = "No trust file yet: take the node's keys as they come, print them, and write trust.txt." };
        Option<bool> replay = new("--replay") { Description = "Fetch program and weights, re-run here and compare the bytes." };
        Option<DirectoryInfo> folder = new("--out") { Description = "Folder for answer.receipt, request.json, response.json.", DefaultValueFactory = static _ => new DirectoryInfo("answer") };
        return new Command("infer", "Ask a model; keep the answer with its receipt.") { model, input, row, level, policyFile, node, trust, firstUse, replay, folder }.Do(async (parsed, output, cancellation) =>
        {
            AssayClient client = Nodes.Client(parsed.GetRequiredValue(node));
            string name = parsed.GetRequiredValue(model);
            VerificationLevel? said = VerifyCommand.ParseLevel(parsed.GetValue(level) ?? (name.Contains('@', StringComparison.Ordinal) ? name[(name.LastIndexOf('@') + 1)..] : null));
            PolicyDocument? policy = await PolicyFiles.ReadAsync(parsed.GetValue(policyFile), cancellation).ConfigureAwait(false);
            if (policy is not null && parsed.GetValue(level) is not null)
            {
                throw CliException.Usage("--policy and --verification say the same thing twice.", "The policy implies its level.");
            }

            bool isBody = parsed.GetRequiredValue(input).Extension == ".json";
            byte[] request = await RequestOf(client, name, parsed.GetRequiredValue(input), parsed.GetValue(row), isBody && parsed.GetValue(level) is null ? null : said, policy, cancellation).ConfigureAwait(false);
            if (isBody)
            {
                (VerificationLevel? levelSaid, PolicyDocument? policySaid) = SaidIn(request);
                said ??= levelSaid;
                policy ??= policySaid;
            }

            Answer answer = await client.AskAsync(name, request, cancellation).ConfigureAwait(false);
            string target = parsed.GetRequiredValue(folder).FullName;
            Directory.CreateDirectory(target);
            await File.WriteAllBytesAsync(Path.Combine(target, "request.json"), answer.Request, cancellation).ConfigureAwait(false);
            await File.WriteAllBytesAsync(Path.Combine(target, "response.json"), answer.Response, cancellation).ConfigureAwait(false);
            await File.WriteAllBytesAsync(Path.Combine(target, "answer.receipt"), answer.Bundle, cancellation).ConfigureAwait(false);
            IReplayer? replayer = null;
            if (parsed.GetValue(replay))
            {
                string models = Path.Combine(target, "model");
                await ModelCommands.FetchAsync(client, name.Split('@')[0], models, cancellation).ConfigureAwait(false);
                replayer = ModelFolder.OpenReplayer(models);
            }

            TrustFile? trusted = await TrustFiles.ReadAsync(parsed.GetValue(trust), cancellation).ConfigureAwait(false);
            Verdict verdict = client.Check(answer, new CheckOptions { Trust = trusted, FirstUse = parsed.GetValue(firstUse), Require = said, Policy = policy, AskedPolicy = policy, Replayer = replayer });
            if (trusted is null && parsed.GetValue(firstUse) && verdict.Outcome is not Outcome.Untrusted)
            {
                await FirstUseAsync(verdict, output, target, cancellation).ConfigureAwait(false);
            }

            output.Line($"saved    {target}{Path.DirectorySeparatorChar} answer.receipt, request.json, response.json");
            output.Line();
            if (verdict.Outcome is Outcome.Met or Outcome.PolicyNotMet)
            {
                TensorPrinter.Print(output, answer.OutputsUnchecked("printed beside the verdict that says what they are worth"));
            }
            else
            {
                output.Line("The answer isn't shown: its receipt doesn't hold. The files are kept as evidence.");
            }

            output.Line();
            return VerifyCommand.Show(output, verdict);
        });
    }

    private static async Task<byte[]> RequestOf(AssayClient client, string model, FileInfo input, int? row, VerificationLevel? level, PolicyDocument? policy, CancellationToken cancellation)
    {
        if (input.Extension == ".json")
        {
            return level is null && row is null && policy is null
                ? await File.ReadAllBytesAsync(input.FullName, cancellation).ConfigureAwait(false)
                : throw CliException.Usage("A .json request is sent as it is: it can't be combined with --row, --verification or --policy.", "Put \"verification\" into the file, or use name@level.");
        }

        TensorValue tensor = await NpyTensors.ReadAsync(input, await ModelCommands.FirstInputAsync(client, model.Split('@')[0], cancellation).ConfigureAwait(false), row, cancellation).ConfigureAwait(false);
        return policy is null ? AssayClient.FormatRequest([tensor], level) : AssayClient.FormatRequest([tensor], policy);
    }

    // What is required is what this caller said, wherever it said it; a receipt's own word for it could be another.
    private static (VerificationLevel? Level, PolicyDocument? Policy) SaidIn(byte[] body)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        bool found = document.RootElement.TryGetProperty("verification", out JsonElement said)
            || (document.RootElement.TryGetProperty("parameters", out JsonElement parameters) && parameters.TryGetProperty("verification", out said));
        return !found ? (null, null)
            : said.ValueKind == JsonValueKind.Object ? (null, PolicyDocument.TryRead(JsonMarshal.GetRawUtf8Value(said), out _))
            : (VerifyCommand.ParseLevel(said.GetString()), null);
    }

    // The keys that signed this very answer, not what the node says elsewhere.
    private static async Task FirstUseAsync(Verdict verdict, Output output, string target, CancellationToken cancellation)
    {
        string path = Path.Combine(target, "trust.txt");
        await File.WriteAllTextAsync(path, verdict.Receipt!.TrustLines, cancellation).ConfigureAwait(false);
        output.Note($"first use: nothing told you whose keys these are. They are in {path};");
        output.Note($"           compare with the operator by another way: node {verdict.Receipt.Node}, key set {verdict.Receipt.KeySet}");
    }
}
