using System.Text;
using Assay.Chat;
using Assay.Primitives;

namespace Assay.Node.History;

/// <summary>Finds the registered version that is most like what a request has: so that who mistyped sees of what.</summary>
internal static class RegisteredNearest
{
    private const int Looked = 64 << 10;

    /// <summary>Its label; null: none is registered.</summary>
    internal static string? Find(ApplicationStore store, ApplicationEntry entry, RegisteredKind kind, ChatRequest request)
    {
        byte[] asked = kind == RegisteredKind.Tools
            ? Encoding.UTF8.GetBytes(CanonicalJson.TryWrite(request.Json.GetProperty("tools")) ?? "")
            : [.. request.Messages.Where(static message => message.IsSystem).SelectMany(static message => Encoding.UTF8.GetBytes(CanonicalJson.TryWrite(message.Json) ?? ""))];
        RegisteredVersion? best = null;
        int most = -1;
        foreach (RegisteredVersion last in store.Registered(entry.Key, entry.Name, kind))
        {
            if (store.Registered(entry.Key, entry.Name, kind, last.Name, last.Version) is { } version && Likeness(asked, Canonical(version.Content)) is var likeness && likeness > most)
            {
                (best, most) = (version, likeness);
            }
        }

        return best?.Label;
    }

    // The brackets of a list of messages are no part of any of them.
    private static byte[] Canonical(byte[] content) =>
        StrictJson.TryParse(content, RegisteredContent.MaxBytes, ChatLimits.Depth) is { } json && CanonicalJson.TryWrite(json) is { } text ? Encoding.UTF8.GetBytes(text[1..^1]) : [];

    // What they begin and end with alike, of as much as is looked at; less what they differ in length.
    private static int Likeness(byte[] asked, byte[] known)
    {
        ReadOnlySpan<byte> a = asked.AsSpan(0, Math.Min(asked.Length, Looked));
        ReadOnlySpan<byte> b = known.AsSpan(0, Math.Min(known.Length, Looked));
        int front = a.CommonPrefixLength(b);
        int back = 0;
        while (back < Math.Min(a.Length, b.Length) - front && a[^(back + 1)] == b[^(back + 1)])
        {
            back++;
        }

        return front + back;
    }
}
