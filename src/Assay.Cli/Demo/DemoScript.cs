using System.Globalization;
using System.Runtime.InteropServices;
using Assay.Cli.Commands;
using Assay.Cli.Console;
using Assay.Client;
using Assay.Node;
using Assay.Node.Attesting;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Assay.Receipts;
using Assay.Verification;
using Microsoft.AspNetCore.Builder;

namespace Assay.Cli.Demo;

/// <summary>
/// The demo, act by act: a node answers over HTTP; the receipts check out offline and by replay; then the operator cheats in
/// seven ways, with its real keys, and each is caught. Every line that it prints comes from the run; it ends with 1 if anything
/// that should hold doesn't, or if a lie gets through.
/// </summary>
internal sealed class DemoScript(Output output, HttpClient http, string folder, string models)
{
    private const string Origin = "localhost/demo";
    private readonly List<(string Lie, bool Caught, string By)> _lies = [];
    private int _surprises;

    internal async Task<int> RunAsync(CancellationToken cancellation)
    {
        string node = Path.Combine(folder, "node");
        Act("1. Two shipped models are compiled to exact integer programs");
        DemoModel digits = DemoModel.Load(Path.Combine(models, "digits"), output.Note, cancellation);
        DemoModel risk = DemoModel.Load(Path.Combine(models, "risk"), output.Note, cancellation);
        foreach (DemoModel model in new[] { digits, risk })
        {
            output.Line($"   {model.Name,-7} {model.Description}");
            output.Line($"           model id {model.Exact.Id}");
            output.Line($"           accuracy on its test set: float {Percent(model.Accuracy.FloatAccuracy)}, exact program {Percent(model.Accuracy.ExactAccuracy)} ({model.TestItems} items; compiled in {model.CompileSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s)");
        }

        using DemoProver prover = new(digits.Exact);
        Act("2. A node starts and answers over HTTP; every answer comes with a receipt");
        List<(DemoModel Model, Answer Answer, string Name)> answers = [];
        TrustFile trust;
        AttestationTrust hardware;
        await using (NodeHost host = await StartAsync(node, digits.Serve(digits.Exact, prover.Serve()), risk.Serve(risk.Exact), null, cancellation, AttestMode.Simulator).ConfigureAwait(false))
        {
            hardware = new AttestationTrust { Policies = [host.Attestation!.Settings.Policy.Policy] };
            output.Line($"   node '{host.Identity.KeySet.Origin}' on {host.Address}");
            output.Line("   its attested hardware is SIMULATED: NO HARDWARE PROTECTS IT (with --attest it runs in AWS Nitro, AMD SEV-SNP, Intel TDX)");
            AssayClient client = new(http, host.Address, TimeProvider.System);
            foreach ((DemoModel model, int item, VerificationLevel level) in new[] { (digits, 3, VerificationLevel.Signed), (digits, 42, VerificationLevel.Replay), (risk, 0, VerificationLevel.Replay), (risk, 2, VerificationLevel.Signed), (digits, 11, VerificationLevel.Tee), (digits, 7, VerificationLevel.Zk) })
            {
                Answer answer = await client.AskAsync(model.Name, [model.Input(item)], level, cancellation).ConfigureAwait(false);
                string name = $"{model.Name}-{item}";
                await SaveAsync(name, answer, cancellation).ConfigureAwait(false);
                answers.Add((model, answer, name));
                ShowAnswer(model, item, level, answer);
                Indent(VerdictText.RenderQuestions(client.Check(answer, new CheckOptions { Trust = TrustOf(host, prover), Attestation = hardware }).Questions));
                output.Line();
            }

            trust = TrustOf(host, prover);
            await File.WriteAllTextAsync(Path.Combine(folder, "trust.txt"), host.Identity.TrustText + prover.TrustLine, cancellation).ConfigureAwait(false);
            foreach (DemoModel model in new[] { digits, risk })
            {
                await ModelCommands.FetchAsync(client, model.Name, Path.Combine(folder, model.Name), cancellation).ConfigureAwait(false);
            }
        }

        Act("3. The node is off. What is left are files, and they still answer");
        output.Line($"   {folder}: trust.txt, and for each answer request.json, response.json, answer.receipt");
        foreach ((DemoModel model, Answer answer, string name) in answers)
        {
            Verdict offline = Check(answer, trust, null, VerificationLevel.Signed);
            Verdict replayed = Check(answer, trust, ModelFolder.OpenReplayer(Path.Combine(folder, model.Name)), VerificationLevel.Replay);
            Expect(offline.Outcome == Outcome.Met && replayed.Outcome == Outcome.Met);
            output.Line($"   {name,-10} signed: {Word(offline)}.  replay: {Word(replayed)}; which model: {Status(replayed, Question.Model)}, computed right: {Status(replayed, Question.ComputedRight)}");
        }

        Verdict proved = Check(answers[^1].Answer, trust, null, VerificationLevel.Zk);
        Expect(proved.Outcome == Outcome.Met);
        output.Line($"   {answers[^1].Name,-10} zk: {Word(proved)}: a proof of {proved.Receipt?.Proof?.Bytes:N0} bytes and {proved.Receipt?.Proof?.Bits} bits, checked without the weights");

        (_, Answer attested, string attestedName) = answers[^2];
        Verdict inHardware = Check(attested, trust, null, VerificationLevel.Tee, hardware);
        Verdict unknown = Check(attested, trust, null, VerificationLevel.Tee, DishonestOperator.RealHardwareOnly);
        Expect(inHardware.Outcome == Outcome.Met && unknown.Outcome == Outcome.PolicyNotMet);
        output.Line($"   {attestedName,-10} tee: {Word(inHardware)}, SIMULATED, by a policy that names this simulator; a policy for real hardware: {Word(unknown)}");

        Act("4. The operator cheats, with its real keys");
        await CheatAsync("swaps the model under the same name and id", "re-running your input gives other bytes", node, digits,
            digits.Serve(DishonestOperator.SwapWeights(digits.Exact)), null, trust, cancellation).ConfigureAwait(false);
        await CheatAsync("alters your input before the model sees it, and signs that", "you compare with the request that you sent", node, digits,
            digits.Serve(digits.Exact), DishonestOperator.AlterInputs, trust, cancellation).ConfigureAwait(false);
        await CheatAsync("alters the output after signing", "you compare with the response that you got", node, digits,
            digits.Serve(digits.Exact), DishonestOperator.AlterOutputs, trust, cancellation).ConfigureAwait(false);
        await CheatReceiptAsync(answers[0].Answer, trust).ConfigureAwait(false);
        await CheatIdentityAsync(digits, trust, cancellation).ConfigureAwait(false);

        CheatProof(answers[1].Answer, answers[^1].Answer, trust);
        byte[] back = await DishonestOperator.EndorseByAnotherBuildAsync(attested.Bundle, node, cancellation).ConfigureAwait(false);
        NotMet("runs a build with a back door in the same hardware, and endorses by that", "the hardware measured another build than your policy names", CheckCodes.TeeAppraised,
            Verifier.Verify(new VerificationInput { Bundle = back, Trust = trust, Require = VerificationLevel.Tee, Now = TimeProvider.System.GetUtcNow(), Attestation = hardware }));

        int caught = _lies.Count(static l => l.Caught);
        output.Line();
        output.Line($"{caught} of {_lies.Count} lies caught. {(_surprises == 0 ? "Everything else held." : $"{_surprises} things didn't hold that should.")}");
        output.Line();
        output.Line("Try it yourself, without any node:");
        output.Line($"   ./assay verify {Path.Combine(folder, answers[1].Name, "answer.receipt")} --model digits --trust {Path.Combine(folder, "trust.txt")} --replay {Path.Combine(folder, "digits")}");
        output.Line($"   ./assay explain {Path.Combine(folder, answers[1].Name, "answer.receipt")}");
        output.Json(json =>
        {
            json.WriteString("folder", folder);
            json.WriteNumber("answers", answers.Count);
            json.WriteNumber("surprises", _surprises);
            json.WriteStartArray("lies");
            foreach ((string lie, bool wasCaught, string by) in _lies)
            {
                json.WriteStartObject();
                json.WriteString("lie", lie);
                json.WriteBoolean("caught", wasCaught);
                json.WriteString("by", by);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        return caught == _lies.Count && _surprises == 0 ? ExitCodes.Met : ExitCodes.Untrusted;
    }

    private static Task<NodeHost> StartAsync(string nodeFolder, ServedModel first, ServedModel? second, Action<WebApplication>? before, CancellationToken cancellation, AttestMode attest = AttestMode.None)
    {
        NodeOptions options = new() { Folder = nodeFolder, Url = "http://127.0.0.1:0", Origin = Origin, Attest = attest };
        NodeIdentity identity = NodeIdentity.OpenOrCreate(nodeFolder, Origin, TimeProvider.System.GetUtcNow());
        ServedModel[] models = second is null ? [first] : [first, second];
        return NodeHost.StartAsync(options, identity, new ModelCatalog(models), TimeProvider.System, before ?? (static _ => { }), cancellation);
    }

    private static TrustFile TrustOf(NodeHost host, DemoProver prover) =>
        TrustFile.TryParse(System.Text.Encoding.UTF8.GetBytes(host.Identity.TrustText + prover.TrustLine), out string? error, out _) ?? throw new InvalidOperationException(error);

    private static Verdict Check(Answer answer, TrustFile trust, IReplayer? replayer, VerificationLevel require, AttestationTrust? hardware = null) => Verifier.Verify(new VerificationInput
    {
        Bundle = answer.Bundle,
        Trust = trust,
        Require = require,
        Now = TimeProvider.System.GetUtcNow(),
        CalledModel = answer.Model,
        RequestBytes = answer.Request,
        ResponseBytes = answer.Response,
        Replayer = replayer,
        Attestation = hardware ?? AttestationTrust.None,
    });

    private async Task CheatAsync(string lie, string how, string nodeFolder, DemoModel model, ServedModel served, Action<WebApplication>? before, TrustFile trust, CancellationToken cancellation)
    {
        await using NodeHost host = await StartAsync(nodeFolder, served, null, before, cancellation).ConfigureAwait(false);
        AssayClient client = new(http, host.Address, TimeProvider.System);
        Answer answer = await client.AskAsync(model.Name, [model.Input(3)], VerificationLevel.Replay, cancellation).ConfigureAwait(false);
        Caught(lie, how, Check(answer, trust, new ProgramReplayer([model.Exact]), VerificationLevel.Replay));
    }

    // One byte of the model's name, as whoever hands the file on could change it.
    private Task CheatReceiptAsync(Answer honest, TrustFile trust)
    {
        byte[] altered = (byte[])honest.Bundle.Clone();
        int name = altered.AsSpan().IndexOf("digits"u8);
        altered[name] = (byte)'D';
        Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = altered, Trust = trust, Now = TimeProvider.System.GetUtcNow() });
        Caught("hands you a receipt with the model's name edited", "the signed root doesn't lead to it", verdict);
        return Task.CompletedTask;
    }

    // Everything is consistent here, down to log and signatures; only the keys are a stranger's.
    private async Task CheatIdentityAsync(DemoModel model, TrustFile trust, CancellationToken cancellation)
    {
        await using NodeHost host = await StartAsync(Path.Combine(folder, "stranger"), model.Serve(model.Exact), null, null, cancellation).ConfigureAwait(false);
        AssayClient client = new(http, host.Address, TimeProvider.System);
        Answer answer = await client.AskAsync(model.Name, [model.Input(3)], VerificationLevel.Signed, cancellation).ConfigureAwait(false);
        Caught("a stranger signs as this node, with keys of its own", "your trust file names other keys", Check(answer, trust, null, VerificationLevel.Signed));
    }

    // The proof is sound, for that answer; a verifier makes its numbers from this one's.
    private void CheatProof(Answer unproved, Answer proved, TrustFile trust)
    {
        Bundle receipt = Bundle.TryDecode(unproved.Bundle, out _)!;
        Bundle passedOff = receipt.WithProof(Bundle.TryDecode(proved.Bundle, out _)!.Proof);
        Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = passedOff.Encode(), Trust = trust, Require = VerificationLevel.Zk, Now = TimeProvider.System.GetUtcNow() });
        NotMet("passes the proof of one answer off as another's", "the proof is about other numbers", CheckCodes.ProofOutput, verdict);
    }

    // Nothing is forged here: what was asked for just isn't established, and the check says why.
    private void NotMet(string lie, string how, string check, Verdict verdict)
    {
        string? detail = verdict.Checks.Single(c => c.Code == check).Detail;
        bool caught = verdict.Outcome == Outcome.PolicyNotMet && detail is not null;
        _lies.Add((lie, caught, $"{check} ({detail})"));
        output.Line($"   {(caught ? "caught" : "NOT CAUGHT")}: {lie}");
        output.Line($"           {how}: {check} ({detail})");
        output.Line($"           verify says: {verdict.Summary} (exit {verdict.ExitCode})");
    }

    private void Caught(string lie, string how, Verdict verdict)
    {
        string[] failed = [.. verdict.Checks.Where(static c => c.Result == Primitives.CheckResult.Fail).Select(static c => c.Detail is null ? c.Code : $"{c.Code} ({c.Detail})")];
        bool caught = verdict.Outcome == Outcome.Untrusted && failed.Length > 0;
        _lies.Add((lie, caught, string.Join(", ", failed)));
        output.Line($"   {(caught ? "caught" : "NOT CAUGHT")}: {lie}");
        output.Line($"           {how}: {string.Join(", ", failed)}");
        output.Line($"           verify says: {verdict.Summary} (exit {verdict.ExitCode})");
    }

    private void ShowAnswer(DemoModel model, int item, VerificationLevel level, Answer answer)
    {
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(answer.OutputsUnchecked("shown beside its verdict")[0].Data.Span);
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        output.Line($"   {model.Name} <- test item {item}, level '{level}'");
        foreach (string line in model.Picture(item))
        {
            output.Line("      " + line);
        }

        output.Line($"      answer: {model.Label(best)} ({values[best].ToString("0.000", CultureInfo.InvariantCulture)}); the data set says: {model.Truth(item)}; receipt {answer.ReceiptId}");
    }

    private async Task SaveAsync(string name, Answer answer, CancellationToken cancellation)
    {
        string target = Path.Combine(folder, name);
        Directory.CreateDirectory(target);
        await File.WriteAllBytesAsync(Path.Combine(target, "request.json"), answer.Request, cancellation).ConfigureAwait(false);
        await File.WriteAllBytesAsync(Path.Combine(target, "response.json"), answer.Response, cancellation).ConfigureAwait(false);
        await File.WriteAllBytesAsync(Path.Combine(target, "answer.receipt"), answer.Bundle, cancellation).ConfigureAwait(false);
    }

    private void Act(string title)
    {
        output.Line();
        output.Line(title);
    }

    private void Indent(string text)
    {
        foreach (string line in text.TrimEnd('\n').Split('\n'))
        {
            output.Line("      " + line);
        }
    }

    private void Expect(bool holds) => _surprises += holds ? 0 : 1;

    private static string Word(Verdict verdict) => verdict.Outcome == Outcome.Met ? "met" : verdict.Summary;

    private static string Status(Verdict verdict, Question question) => VerdictNames.Id(verdict.Questions.Single(q => q.Question == question).Status);

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + "%";
}
