using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Attestation;
using Assay.Cli.Console;
using Assay.Cli.Paying;
using Assay.Cli.Presenting;
using Assay.Client;
using Assay.Programs;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary><c>assay infer</c>: asks a node, checks the answer and keeps the files with which anybody can check it again.</summary>
internal static class InferCommand
{
    internal static Command Create()
    {
        Argument<string> model = new("model") { Description = "Name or id; 'name@level' also says the level." };
        Argument<FileInfo?> file = new("file") { Description = "What to ask about: a picture (PNG, JPEG, BMP, PPM), a table (CSV), sound (WAV), as the model takes it; a .npy array; or a .json request body.", Arity = ArgumentArity.ZeroOrOne };
        Option<FileInfo?> input = new("--input") { Description = "The same." };
        Option<int?> row = new("--row") { Description = "Send only this item of an array, or row of a table, counted from 0." };
        Option<int> batch = new("--batch") { Description = "Most rows in a request (1 to 65536).", DefaultValueFactory = static _ => 1024 };
        Option<FileInfo?> csv = new("--out-csv") { Description = "Also write the result as a table, with receipt ids." };
        Option<string?> level = new("--verification") { Description = "The level: signed, replay, ... Without it the key's or node's default counts." };
        Option<FileInfo?> policyFile = new("--policy") { Description = "A policy instead of a level (JSON file, spec/levels.md): sent, and required of the answer." };
        Option<Uri> node = Nodes.Option();
        Option<FileInfo?> trust = new("--trust") { Description = "Trust file: which node and log count." };
        Option<bool> firstUse = new("--first-use") { Description = "No trust file yet: take the node's keys as they come, print them, and write trust.txt." };
        Option<bool> replay = new("--replay") { Description = "Fetch program and weights, re-run here and compare the bytes." };
        Option<bool> confidential = new("--confidential") { Description = "Send the question encrypted to a key in attested hardware, after appraising that under --attestation-policy. Nothing is sent if it isn't accepted." };
        Option<DirectoryInfo> folder = new("--out") { Description = "Folder for answer.receipt, request.json, response.json.", DefaultValueFactory = static _ => new DirectoryInfo("answer") };
        AttestationInputs attestation = new();
        PayInputs paying = new();
        return paying.On(attestation.On(new Command("infer", "Ask a model; keep the answer with its receipt.") { model, file, input, row, batch, csv, level, policyFile, node, trust, firstUse, replay, confidential, folder })).Do(async (parsed, output, cancellation) =>
        {
            AttestationTrust hardware = await attestation.ReadAsync(parsed, output, cancellation).ConfigureAwait(false);
            TrustFile? trusted = await TrustFiles.ReadAsync(parsed.GetValue(trust), cancellation).ConfigureAwait(false);
            Uri address = parsed.GetRequiredValue(node);
            string name = parsed.GetRequiredValue(model), plainName = name.Split('@')[0];
            FileInfo source = (parsed.GetValue(file), parsed.GetValue(input)) switch
            {
                ({ } given, null) => given,
                (null, { } given) => given,
                _ => throw CliException.Usage("Name one file to ask about.", "assay infer face photo.jpg"),
            };
            VerificationLevel? said = VerifyCommand.ParseLevel(parsed.GetValue(level) ?? (name.Contains('@', StringComparison.Ordinal) ? name[(name.LastIndexOf('@') + 1)..] : null));
            PolicyDocument? policy = await PolicyFiles.ReadAsync(parsed.GetValue(policyFile), cancellation).ConfigureAwait(false);
            if (policy is not null && parsed.GetValue(level) is not null)
            {
                throw CliException.Usage("--policy and --verification say the same thing twice.", "The policy implies its level.");
            }

            // A .json body's level is read further down: there the node's offers are of that level, and the receipt is held against it.
            using Purse? purse = paying.Open(parsed, policy is null ? said : null, output.Line);
            (AssayClient client, ConfidentialHandler? channel) = parsed.GetValue(confidential)
                ? purse is null
                    ? Nodes.Confidential(address, new ConfidentialOptions { Attestation = hardware, Trust = trusted })
                    : throw CliException.Usage("--pay and --confidential don't go together: a payment names who asks, on a public chain.", "Use an API key with a balance (ASSAY_KEY), if the node has such.")
                : (purse is null ? Nodes.Client(address) : Nodes.Paying(address, purse), null);

            byte[] Format(IReadOnlyList<TensorValue> tensors) => policy is null ? AssayClient.FormatRequest(tensors, said) : AssayClient.FormatRequest(tensors, policy);
            Conversation? conversation = null;
            IEnumerable<byte[]> bodies;
            Action<IReadOnlyList<TensorValue>> answered = static _ => { };
            switch (source.Extension)
            {
                case ".json":
                    byte[] body = await BodyAsync(source, parsed.GetValue(level) is not null || parsed.GetValue(row) is not null || policy is not null, cancellation).ConfigureAwait(false);
                    bodies = [body];
                    (VerificationLevel? levelSaid, PolicyDocument? policySaid) = SaidIn(body);
                    said ??= levelSaid;
                    policy ??= policySaid;
                    break;
                case ".npy":
                    bodies = [Format([await NpyTensors.ReadAsync(source, await NodeModel.FetchAsync(client, plainName, cancellation).ConfigureAwait(false), parsed.GetValue(row), cancellation).ConfigureAwait(false)])];
                    break;
                default:
                    int most = parsed.GetValue(batch) is >= 1 and <= 65_536 and int given ? given : throw CliException.Usage("--batch: 1 to 65536.");
                    conversation = await Conversations.OpenAsync(await NodeModel.FetchAsync(client, plainName, cancellation).ConfigureAwait(false), source, parsed.GetValue(row), most, cancellation).ConfigureAwait(false);
                    (bodies, answered) = Requests.Of(conversation, Format);
                    break;
            }

            if (conversation is null && parsed.GetValue(csv) is not null)
            {
                throw CliException.Usage("--out-csv goes with a picture, a table or sound.");
            }

            IReadOnlyList<Answer> answers = await Requests.SendAsync(client, name, bodies, answered, output, cancellation).ConfigureAwait(false);
            if (channel?.Appraisal is { Facts: { } facts } appraisal)
            {
                output.Line($"sent     encrypted to a key in {EvidenceTypes.NameOf(facts.Type)} ({GradeNames.NameOf(appraisal.Grade)}) that your policy '{appraisal.Policy!.Name}' accepts");
            }

            PaymentResult[] payments = [.. answers.Select(static answer => answer.Payment).OfType<PaymentResult>()];
            if (purse is not null)
            {
                PaymentPrinter.Print(output, payments, purse.Policy.Tokens[0]);
            }

            string target = parsed.GetRequiredValue(folder).FullName;
            string saved = await Requests.SaveAsync(answers, target, cancellation).ConfigureAwait(false);
            IReplayer? replayer = null;
            IModelWeights? weights = null;
            if (parsed.GetValue(replay))
            {
                string models = Path.Combine(target, "model");
                await ModelCommands.FetchAsync(client, plainName, models, cancellation).ConfigureAwait(false);
                ExactModel here = ModelFolder.Open(models);
                (replayer, weights) = (new ProgramReplayer([here]), new LocalWeights(here));
            }

            CheckOptions options = new() { Trust = trusted, FirstUse = parsed.GetValue(firstUse), Require = said, Policy = policy, AskedPolicy = policy, Replayer = replayer, Weights = weights, Attestation = hardware };
            (Verdict verdict, int worst) = Check(client, answers, options);
            if (trusted is null && parsed.GetValue(firstUse) && verdict.Outcome is not Outcome.Untrusted)
            {
                await FirstUseAsync(verdict, output, target, cancellation).ConfigureAwait(false);
            }

            output.Line($"saved    {target}{Path.DirectorySeparatorChar} {saved}");
            bool holds = verdict.Outcome is Outcome.Met or Outcome.PolicyNotMet;
            ShownResult? shown = holds ? conversation?.Show([.. answers.Select(Answered.Of)]) : null;
            await KeepAsync(shown, target, parsed.GetValue(csv), output, cancellation).ConfigureAwait(false);
            output.Line();
            if (shown is not null)
            {
                ResultPrinter.Print(output, shown);
            }
            else if (holds)
            {
                TensorPrinter.Print(output, answers[0].OutputsUnchecked("printed beside the verdict that says what they are worth"), "response.json");
            }
            else
            {
                output.Line("The answer isn't shown: its receipt doesn't hold. The files are kept as evidence.");
            }

            output.Line();
            if (answers.Count > 1)
            {
                output.Line($"{answers.Count} answers, {answers.Count} receipts, all checked. The verdict is the worst of theirs, {worst + 1:0000}.receipt's:");
            }

            int exit = VerifyCommand.Show(output, verdict, members: purse is null ? null : json => json["payments"] = PaymentPrinter.Json(payments));
            return exit == ExitCodes.Met && payments.Any(static payment => payment.Problem is PayErrors.ReplyDiffers or PayErrors.ReceiptDiffers) ? ExitCodes.Untrusted : exit;
        });
    }

    // The verdict that is worth least, so that one bad answer among many shows. Keys that come with first use must stay the same.
    private static (Verdict Verdict, int Number) Check(AssayClient client, IReadOnlyList<Answer> answers, CheckOptions options)
    {
        Verdict? worst = null;
        int number = 0;
        string? keys = null;
        for (int i = 0; i < answers.Count; i++)
        {
            Verdict verdict = client.Check(answers[i], options);
            if (worst is null || Badness(verdict) > Badness(worst))
            {
                (worst, number) = (verdict, i);
            }

            keys ??= verdict.Receipt?.TrustLines;
            if (options.FirstUse && verdict.Receipt?.TrustLines != keys)
            {
                throw new CliException(ExitCodes.Untrusted, "trust/changed", $"Answer {i + 1} is signed by other keys than the first. The files are kept as evidence.", "Ask the operator why, and verify with a trust file.");
            }
        }

        return (worst!, number);
    }

    private static int Badness(Verdict verdict) => verdict.Outcome switch { Outcome.Met => 0, Outcome.PolicyNotMet => 1, Outcome.Untrusted => 3, _ => 2 };

    private static async Task KeepAsync(ShownResult? shown, string folder, FileInfo? csv, Output output, CancellationToken cancellation)
    {
        if (shown?.File is { } file)
        {
            // Its name has the model's in it, which the user typed.
            string path = Path.Combine(folder, Path.GetFileName(file.Name));
            await File.WriteAllBytesAsync(path, file.Bytes, cancellation).ConfigureAwait(false);
            output.Line($"drawn    {path}");
        }

        if (shown is not null && csv is not null)
        {
            await File.WriteAllTextAsync(csv.FullName, shown.Csv.Write(), cancellation).ConfigureAwait(false);
            output.Line($"table    {csv.FullName}");
        }
    }

    private static async Task<byte[]> BodyAsync(FileInfo file, bool isChanged, CancellationToken cancellation) => isChanged
        ? throw CliException.Usage("A .json request is sent as it is: it can't be combined with --row, --verification or --policy.", "Put \"verification\" into the file, or use name@level.")
        : await File.ReadAllBytesAsync(file.FullName, cancellation).ConfigureAwait(false);

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
