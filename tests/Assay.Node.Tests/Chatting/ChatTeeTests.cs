using Assay.Chat;
using Assay.Node.Attesting;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Tests.Chatting;

public sealed class ChatTeeTests
{
    [Fact]
    public async Task AttestedHardware_VouchesForAWholeAnswer()
    {
        await using NodeFixture node = await StartAsync();
        (int status, _, HttpResponseMessage response) = await node.AskAsync(headers: ("Assay-Verification", "tee"));
        Assert.Equal(200, status);
        Bundle bundle = await node.BundleAsync(response);
        Assert.Contains(bundle.Endorsements, static item => item.Endorsement is { By: Basis.Tee, Finding: EndorsementFinding.Established });
        Assert.Equal("tee", response.Headers.GetValues("Assay-Level").Single());
    }

    [Fact]
    public async Task AStreamWhosePolicyWantsEvidence_WaitsForTheGate()
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously), goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using NodeFixture node = await StartAsync(beforeIssue: _ =>
        {
            asked.SetResult();
            return goOn.Task;
        });
        Task<HttpResponseMessage> opening = node.OpenAsync(ChatNode.Streamed(",\"verification\":\"tee\""));
        await asked.Task;
        Assert.NotSame(opening, await Task.WhenAny(opening, Task.Delay(100)));
        goOn.SetResult();
        using HttpResponseMessage response = await opening;
        (List<string> lines, bool broke) = await response.LinesAsync();
        Assert.False(broke);
        Assert.Equal("[DONE]", lines.Data()[^1]);
        Assert.StartsWith(": assay-stream ", lines[0], StringComparison.Ordinal);
        Bundle bundle = await node.BundleAsync(response);
        Assert.Equal(Digest32.Sha256(lines.Transcript()), bundle.Claims.Digest(ClaimRegistry.OutputWireDigest));
        Assert.Contains(bundle.Endorsements, static item => item.Endorsement.By == Basis.Tee);
    }

    [Fact]
    public async Task AnUpstreamsAnswer_IsNotVouchedFor_WhateverThePolicySays()
    {
        ScriptedBackend upstream = new() { Info = new ChatBackendInfo { Backend = "upstream https://api.example:443", Semantics = WellKnown.Opaque, Kinds = new HashSet<ChatKind> { ChatKind.Chat } } };
        await using NodeFixture node = await StartAsync(upstream);
        (int status, string body, _) = await node.AskAsync(headers: ("Assay-Verification", "tee"));
        Assert.Equal((422, "verification_unsatisfiable"), (status, body.Code()));
        PolicyDocument policy = PolicyDocument.Create(PolicyDocument.For(VerificationLevel.Tee).Requirements, ReleaseRule.Provisional);
        (status, body, _) = await node.AskAsync(ChatNode.Hello[..^1] + ",\"verification\":" + policy.Text + "}");
        Assert.Equal((422, "verification_unsatisfiable"), (status, body.Code()));
    }

    private static Task<NodeFixture> StartAsync(IChatBackend? backend = null, Func<ReceiptPhase, Task>? beforeIssue = null) =>
        ChatNode.StartAsync(backend, beforeIssue: beforeIssue, options: static options => options with { Attest = AttestMode.Simulator });
}
