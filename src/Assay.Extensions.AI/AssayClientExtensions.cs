using Assay.Client;
using Assay.Receipts;

namespace Assay.Extensions.AI;

/// <summary>Nodes as chat clients of Microsoft.Extensions.AI.</summary>
public static class AssayClientExtensions
{
    /// <summary>A model of the node whose answers are given out only if the level is established. There is no default.</summary>
    public static VerifyingChatClient AsChatClient(this AssayClient client, string model, VerificationLevel level, CheckOptions options)
    {
        ArgumentNullException.ThrowIfNull(client);
        return new VerifyingChatClient(new AssayChatClient(client, model, level), level, options, client.Time);
    }

    /// <summary>A model of the node whose answers are given out only if the policy is met. There is no default.</summary>
    public static VerifyingChatClient AsChatClient(this AssayClient client, string model, PolicyDocument policy, CheckOptions options)
    {
        ArgumentNullException.ThrowIfNull(client);
        return new VerifyingChatClient(new AssayChatClient(client, model, policy), policy, options, client.Time);
    }
}
