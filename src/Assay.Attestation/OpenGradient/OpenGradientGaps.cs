using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>What the rule leaves open, by its own sources: each of these can be untrue of a response that passed.</summary>
internal static class OpenGradientGaps
{
    internal static ImmutableArray<OpenGradientGap> OfEnclave { get; } =
    [
        new("og/gap/nonce", "Nobody's nonce is asked for: within five minutes an older document serves again."),
        new("og/gap/builds", "Which builds are approved, and even which root certificate counts, one administrator's account decides; there is no public log of what an approved build contains."),
        new("og/gap/history", "The network keeps neither document nor time span for which a key was good: after it is switched off honest answers can't be checked there, and a stolen key can date back as far as it likes."),
    ];

    internal static ImmutableArray<OpenGradientGap> OfResponse { get; } =
    [
        new("og/gap/model", "The model isn't run in the enclave: it passes requests on. Which model answered, and of which provider, isn't signed."),
        new("og/gap/provider", "The provider reads request and answer in plain text."),
        new("og/gap/parameters", "Settings that were hashed needn't have been used (stop), and settings that were used needn't be hashed (seed, top_p, tool_choice, added instructions)."),
        new("og/gap/attachments", "Images and files aren't hashed, in neither direction; nor are citations and search results."),
        new("og/gap/finish", "Why the answer ended, its cost and its token counts aren't signed; beside tool calls its text isn't either, and a text that looks like tool calls has their hash."),
        new("og/gap/replay", "Neither nonce nor network, contract or endpoint is signed: the same signature can be presented again, and elsewhere."),
        new("og/gap/clock", "The time is the enclave's own clock; nobody else saw it."),
        new("og/gap/guessing", "Hashes have no salt: who guesses a short request or answer can confirm it."),
    ];
}
