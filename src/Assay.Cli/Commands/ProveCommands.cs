using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Assay.Cli.Console;
using Assay.Cli.Presenting;
using Assay.Models.Store;
using Assay.Node.Proving;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Programs;
using Assay.Proofs;
using Assay.Prover;
using Assay.Prover.Registration;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary><c>assay prove</c>: a proof here, without a node; setting a model up for proofs; how far a node's proof is.</summary>
internal static class ProveCommands
{
    internal static Command Create()
    {
        Argument<string> name = new("model") { Description = "A name or id in the node's folder, or a folder with program.cbor and weights.bin." };
        Argument<FileInfo> input = new("input") { Description = "A .npy array, items along the first axis: all of them in one proof." };
        Option<int?> row = new("--row") { Description = "Prove only this item, counted from 0." };
        Option<FileInfo> target = new("--out") { Description = "Where the proof goes.", DefaultValueFactory = static _ => new FileInfo("answer.proof") };
        Option<int> threads = new("--threads") { Description = "Threads (1 to 256); the proof is the same.", DefaultValueFactory = static _ => Math.Clamp(Environment.ProcessorCount, 1, 8) };
        Command command = new("prove", "Run a model here and prove the result: a file that anybody checks without the weights ('assay verify FILE').") { name, input, row, target, threads, NodeFolder.Option };
        command.Subcommands.Add(Setup());
        command.Subcommands.Add(Status());
        return command.Do(async (parsed, output, cancellation) =>
        {
            string wanted = parsed.GetRequiredValue(name);
            string folder = NodeFolder.Of(parsed);
            ExactModel model = LocalWeights.Find(wanted, folder);
            if (parsed.GetValue(threads) is < 1 or > 256)
            {
                throw CliException.Usage("--threads: 1 to 256.");
            }

            TensorValue given = await NpyTensors.ReadAsync(parsed.GetRequiredValue(input), NodeModel.Of(wanted, model.Program), parsed.GetValue(row), cancellation).ConfigureAwait(false);
            long began = Stopwatch.GetTimestamp();
            using ProvingKey key = ProvingKey.Create(model, parsed.GetValue(threads), out ProofError? error) ?? throw NotProvable(wanted, error!);
            TimeSpan setup = Stopwatch.GetElapsedTime(began);
            short[][] items = ProgramTensors.Inputs(model.Program, [given], out _)
                ?? throw new CliException(ExitCodes.CannotEvaluate, DetailCodes.ProofInputs, "The model takes no such inputs: one is out of its range, or no number.");
            using ModelProver prover = new(key, new ModelProverOptions { Threads = parsed.GetValue(threads) });
            began = Stopwatch.GetTimestamp();
            ProofFile file = Prove(prover, model.Program, given, items, Registrations(folder, model.Id), cancellation);
            TimeSpan proving = Stopwatch.GetElapsedTime(began);
            began = Stopwatch.GetTimestamp();
            if (ProofAppraisal.Holds(file.Proof, key.Key, file.Inputs, file.Outputs, null, out int bits) is { } broken)
            {
                throw new CliException(ExitCodes.CannotEvaluate, broken, "The proof doesn't hold. This is a fault of the prover; nothing was written.", "Please report it.");
            }

            TimeSpan verifying = Stopwatch.GetElapsedTime(began);
            await File.WriteAllBytesAsync(parsed.GetRequiredValue(target).FullName, file.Encode(), cancellation).ConfigureAwait(false);
            output.Line(string.Create(CultureInfo.InvariantCulture, $"set up   {setup.TotalMilliseconds:F0} ms: weights committed to, key {key.Key.Digest}"));
            output.Line(string.Create(CultureInfo.InvariantCulture, $"proved   {proving.TotalMilliseconds:F0} ms: {file.Proof.Proof.Length:N0} bytes, {items.Length} {(items.Length == 1 ? "run" : "runs")}"));
            output.Line(string.Create(CultureInfo.InvariantCulture, $"verified {verifying.TotalMilliseconds:F0} ms: holds, {bits} bits"));
            output.Line($"saved    {parsed.GetRequiredValue(target).FullName}");
            output.Line();
            TensorPrinter.Print(output, file.Outputs);
            output.Json(json =>
            {
                json.WriteString("modelId", model.Id.ToString());
                json.WriteString("key", key.Key.Digest.ToString());
                json.WriteNumber("bytes", file.Proof.Proof.Length);
                json.WriteNumber("runs", items.Length);
                json.WriteNumber("bits", bits);
                json.WriteNumber("setupMilliseconds", setup.TotalMilliseconds);
                json.WriteNumber("proveMilliseconds", proving.TotalMilliseconds);
                json.WriteNumber("verifyMilliseconds", verifying.TotalMilliseconds);
            });
            return ExitCodes.Met;
        });
    }

    private static Command Setup()
    {
        Argument<string> name = new("name") { Description = "The model's name or id." };
        Option<FileInfo?> signer = new("--key") { Description = "A publisher's key ('assay publisher key'): signs that the proof key is the model's, so that others needn't have its weights." };
        return new Command("setup", "Set a model up for proofs: compile its proof key, commit to its weights, register that; a node then offers 'zk' for it.") { name, signer, NodeFolder.Option }.Do((parsed, output, cancellation) =>
        {
            string wanted = parsed.GetRequiredValue(name);
            string folder = NodeFolder.Of(parsed);
            ExactModel model = LocalWeights.Find(wanted, folder);
            using ProvingKey key = ProvingKey.Create(model, Environment.ProcessorCount, out ProofError? error) ?? throw NotProvable(wanted, error!);
            ModelStore store = NodeFolder.Store(folder);
            ModelCommands.Require(store.AddProofKey(model.Id, key.Key.Bytes));
            ProofCost cost = ProofCost.Of(ProofVerifier.Create(key.Key, 1, out _)!.Shape);
            output.Line($"model id {model.Id}");
            output.Line($"key      {key.Key.Digest}, {key.Key.Bytes.Length:N0} bytes");
            ProofText.Cost(output, cost);
            string? publisher = null;
            if (parsed.GetValue(signer) is { } file)
            {
                using Es256Signer own = PublisherCommands.Open(file.FullName, mayCreate: false);
                ProofRegistration registration = ProofRegistration.Create(model.Id, key.Key.Digest, TimeProvider.System.GetUtcNow(), own);
                ModelCommands.Require(store.AddRegistration(model.Id, registration.Bytes, kept => SaysTheSame(kept, registration)));
                publisher = own.PublicKey.Thumbprint().ToString();
                output.Line($"signed   by {publisher}: this key's weights are the model's");
                output.Line($"trust    publisher NAME {publisher}");
            }
            else
            {
                output.Line("signed   by nobody: whoever checks a proof needs the weights ('assay verify --weights'), or '--key' here");
            }

            output.Line("ready    a node offers 'zk' for it from its next start");
            output.Json(json =>
            {
                json.WriteString("modelId", model.Id.ToString());
                json.WriteString("key", key.Key.Digest.ToString());
                json.WriteNumber("keyBytes", key.Key.Bytes.Length);
                ProofText.Write(json, cost);
                json.WriteString("publisher", publisher);
            });
            return Task.FromResult(ExitCodes.Met);
        });
    }

    private static Command Status()
    {
        Argument<string> id = new("receipt") { Description = "The receipt's id." };
        Option<Uri> node = Nodes.Option();
        return new Command("status", "How far a node is with the proof of a receipt.") { id, node }.Do(async (parsed, output, cancellation) =>
        {
            byte[] reply = await Nodes.Client(parsed.GetRequiredValue(node)).GetAsync($"v1/receipts/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/proof", cancellation).ConfigureAwait(false);
            using JsonDocument document = JsonDocument.Parse(reply);
            JsonElement root = document.RootElement;
            output.Line($"proof    {root.GetProperty("state").GetString()}");
            if (root.GetProperty("expectedMilliseconds") is { ValueKind: JsonValueKind.Number } left)
            {
                output.Line(string.Create(CultureInfo.InvariantCulture, $"         {root.GetProperty("ahead").GetInt32()} before it; expected in {left.GetDouble():F0} ms"));
            }

            if (root.GetProperty("error").GetString() is { } error)
            {
                output.Line($"         {error}");
            }

            output.JsonValue(json => root.WriteTo(json));
            return ExitCodes.Met;
        });
    }

    private static CliException NotProvable(string model, ProofError error) =>
        new(ExitCodes.CannotEvaluate, error.Code, $"'{model}' can't be proved: {error.Message}", "docs/proofs.md lists what can be.");

    // The same issuer about the same key: only when differs, and the newest is enough.
    private static bool SaysTheSame(ReadOnlyMemory<byte> kept, ProofRegistration registration) =>
        ProofRegistration.TryDecode(kept, out _) is { } old && old.Issuer == registration.Issuer && old.Key == registration.Key;

    private static ImmutableArray<ProofRegistration> Registrations(string folder, in ModelId id) => Directory.Exists(Path.Combine(folder, "models"))
        ? [.. NodeFolder.Store(folder).RegistrationsOf(id).Select(static bytes => ProofRegistration.TryDecode(bytes, out _)).OfType<ProofRegistration>()]
        : [];

    private static ProofFile Prove(ModelProver prover, ExactProgram program, TensorValue given, short[][] items, ImmutableArray<ProofRegistration> registrations, CancellationToken cancellation)
    {
        Proof proof;
        try
        {
            proof = prover.Prove(items.SelectMany(static item => item).ToArray(), items.Length, RandomNumberGenerator.GetBytes(RunTree.SaltBytes * items.Length), null, cancellation);
        }
        catch (ProofRefusedException refused)
        {
            throw new CliException(ExitCodes.CannotEvaluate, refused.Error.Code, refused.Error.Message);
        }

        List<TensorValue> outputs = [];
        int at = 0;
        foreach (ProgramOutput output in program.Outputs)
        {
            TensorType type = program.TypeOf(output.Value);
            float[] values = new float[items.Length * type.Count];
            Boundary.Dequantize(output, proof.Outputs.Span.Slice(at, values.Length), values);
            outputs.Add(TensorValue.Create(output.Name, [items.Length, .. type.Shape], MemoryMarshal.AsBytes(values.AsSpan()).ToArray()));
            at += values.Length;
        }

        ReadOnlyMemory<byte> key = prover.Key.Key.Bytes;
        AttachedProof attached = items.Length == 1
            ? AttachedProof.One(key, proof.Bytes, registrations)
            : AttachedProof.Many(key, items.Length, proof.Statement.Digest, [.. proof.Runs.Select(ProverEngine.Opening)], proof.Bytes, registrations);
        return new ProofFile(attached, [given], outputs);
    }
}
