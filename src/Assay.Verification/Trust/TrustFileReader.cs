using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Primitives.Notes;

namespace Assay.Verification;

/// <summary>Reads trust files line by line (spec/trust.md). It goes on after a bad line, so that a person sees all of them at once.</summary>
internal sealed class TrustFileReader
{
    public const string None = "none";

    private const int MaxProblems = 100;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private static readonly char[] Blanks = [' ', '\t'];

    // One namespace for everything that has a name: a name means one thing in a file.
    private readonly HashSet<string> _names = [];
    private readonly HashSet<string> _witnessNames = [];
    private readonly HashSet<string> _members = [];
    private readonly HashSet<(string Kind, Digest32 Digest)> _keys = [];

    public List<TrustProblem> Problems { get; } = [];

    public List<Digest32> Nodes { get; } = [];

    public List<TrustedLog> Logs { get; } = [];

    public List<TrustedWitness> Witnesses { get; } = [];

    public List<WitnessGroup> Groups { get; } = [];

    public string? Quorum { get; private set; }

    public List<TrustedParty> Replayers { get; } = [];

    public List<TrustedParty> Auditors { get; } = [];

    public List<TrustedPublisher> Publishers { get; } = [];

    public List<TrustedPolicyIssuer> PolicyIssuers { get; } = [];

    public List<TrustedPlatformEndorser> PlatformEndorsers { get; } = [];

    public List<KeySetEnd> Ends { get; } = [];

    public void Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > TrustFile.MaxLength || !Utf8.IsValid(utf8))
        {
            Problems.Add(new TrustProblem(utf8.Length > TrustFile.MaxLength ? TrustErrors.TooLarge : TrustErrors.Utf8, 0));
            return;
        }

        int number = 0;
        int statements = 0;
        ReadOnlySpan<char> text = Encoding.UTF8.GetString(utf8);
        foreach (Range range in text.Split('\n'))
        {
            number++;
            ReadOnlySpan<char> line = text[range];
            line = line.EndsWith('\r') ? line[..^1] : line;
            string? error = HasControl(line) ? TrustErrors.Control : null;
            ReadOnlySpan<char> statement = line.Trim(Blanks);
            if (error is null && !statement.IsEmpty && statement[0] != '#')
            {
                error = ++statements > TrustFile.MaxStatements
                    ? TrustErrors.TooLarge
                    : Statement(statement.ToString().Split(Blanks, StringSplitOptions.RemoveEmptyEntries));
            }

            if (error is not null)
            {
                Problems.Add(new TrustProblem(error, number));
                if (Problems.Count == MaxProblems || error == TrustErrors.TooLarge)
                {
                    return;
                }
            }
        }

        // Naming witnesses and demanding none of them would look like a safeguard and be none.
        if (Quorum is null && _witnessNames.Count > 0)
        {
            Problems.Add(new TrustProblem(TrustErrors.NoQuorum, 0));
        }
    }

    private static bool HasControl(ReadOnlySpan<char> line)
    {
        foreach (char c in line)
        {
            if (c is < ' ' and not '\t' or '\u007f')
            {
                return true;
            }
        }

        return false;
    }

    private string? Statement(string[] words) => words switch
    {
        ["log", string key] => Log(key, null),
        ["log", string key, string url] => Log(key, url),
        ["node", string digest] => Node(digest),
        ["witness", string name, string key] => Witness(name, key, null),
        ["witness", string name, string key, string url] => Witness(name, key, url),
        ["group", string name, string threshold, _, ..] => Group(name, threshold, words[3..]),
        ["quorum", string name] => SetQuorum(name),
        ["replayer", string name, string key] => Party("replayer", Replayers, name, key),
        ["auditor", string name, string key] => Party("auditor", Auditors, name, key),
        ["publisher", string name, string thumbprint] => Publisher(name, thumbprint),
        ["policy-issuer", string name, string thumbprint] => PolicyIssuer(name, thumbprint, "1"),
        ["policy-issuer", string name, string thumbprint, string version] => PolicyIssuer(name, thumbprint, version),
        ["platform-endorser", string name, string thumbprint] => PlatformEndorser(name, thumbprint),
        ["revoked", string digest, string time] => End("revoked", digest, time),
        ["retired", string digest, string time] => End("retired", digest, time),
        ["log" or "node" or "witness" or "group" or "quorum" or "replayer" or "auditor" or "publisher" or "policy-issuer" or "platform-endorser" or "revoked" or "retired", ..] => TrustErrors.Words,
        _ => TrustErrors.UnknownKind,
    };

    private string? Log(string vkey, string? url)
    {
        if (NoteVerifierKey.TryParse(vkey, out _) is not { } key)
        {
            return TrustErrors.LogKey;
        }

        string? error = CheckUrl(url) ?? AddSigner("log", key.PublicKey, "witness");
        if (error is null)
        {
            Logs.Add(new TrustedLog(key, url));
        }

        return error;
    }

    private string? Node(string hex)
    {
        if (!TryDigest(hex, out Digest32 digest))
        {
            return TrustErrors.NodeDigest;
        }

        if (!_keys.Add(("node", digest)))
        {
            return TrustErrors.Repeated;
        }

        Nodes.Add(digest);
        return null;
    }

    private string? Witness(string name, string vkey, string? url)
    {
        if (name == None)
        {
            return TrustErrors.NameReserved;
        }

        if (CosignatureKey.TryParse(vkey, out _) is not { } key)
        {
            return TrustErrors.WitnessKey;
        }

        string? error = CheckUrl(url)
            ?? (_names.Contains(name) ? TrustErrors.Repeated : null)
            ?? AddSigner("witness", key.PublicKey, "log");
        if (error is null)
        {
            _names.Add(name);
            _witnessNames.Add(name);
            Witnesses.Add(new TrustedWitness(name, key, url));
        }

        return error;
    }

    private string? Group(string name, string thresholdText, string[] members)
    {
        int threshold = thresholdText switch
        {
            "any" => 1,
            "all" => members.Length,
            _ => ParseCount(thresholdText),
        };
        string? error = name == None ? TrustErrors.NameReserved
            : threshold < 1 || threshold > members.Length ? TrustErrors.Threshold
            : members.Any(member => !_witnessNames.Contains(member)) ? TrustErrors.Undefined
            : members.Any(_members.Contains) || members.Distinct().Count() != members.Length ? TrustErrors.MemberRepeated
            : _names.Contains(name) ? TrustErrors.Repeated
            : null;
        if (error is null)
        {
            _names.Add(name);
            _witnessNames.Add(name);
            _members.UnionWith(members);
            Groups.Add(new WitnessGroup(name, threshold, members));
        }

        return error;
    }

    private string? SetQuorum(string name)
    {
        string? error = name != None && !_witnessNames.Contains(name) ? TrustErrors.Undefined
            : Quorum is not null ? TrustErrors.Repeated
            : null;
        Quorum ??= name;
        return error;
    }

    private string? Party(string kind, List<TrustedParty> parties, string name, string hex)
    {
        byte[] point = new byte[P256PublicKey.Size];
        string? error = name == None ? TrustErrors.NameReserved
            : !IsLowerHex(hex, point) || !P256PublicKey.TryFrom(point, out _) ? TrustErrors.PartyKey
            : _names.Contains(name) || !_keys.Add((kind, Digest32.Sha256(point))) ? TrustErrors.Repeated
            : null;
        if (error is null && P256PublicKey.TryFrom(point, out P256PublicKey key))
        {
            _names.Add(name);
            parties.Add(new TrustedParty(name, key));
        }

        return error;
    }

    private string? Publisher(string name, string hex)
    {
        string? error = Signer("publisher", name, hex, TrustErrors.Publisher, null, out Digest32 thumbprint);
        if (error is null)
        {
            Publishers.Add(new TrustedPublisher(name, thumbprint));
        }

        return error;
    }

    private string? PolicyIssuer(string name, string hex, string versionText)
    {
        ulong version = versionText.Length is >= 1 and <= 15 && versionText[0] != '0' && versionText.All(char.IsAsciiDigit) ? ulong.Parse(versionText, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
        string? error = Signer("policy-issuer", name, hex, TrustErrors.Thumbprint, version == 0 ? TrustErrors.Version : null, out Digest32 thumbprint);
        if (error is null)
        {
            PolicyIssuers.Add(new TrustedPolicyIssuer(name, thumbprint, version));
        }

        return error;
    }

    private string? PlatformEndorser(string name, string hex)
    {
        string? error = Signer("platform-endorser", name, hex, TrustErrors.Thumbprint, null, out Digest32 thumbprint);
        if (error is null)
        {
            PlatformEndorsers.Add(new TrustedPlatformEndorser(name, thumbprint));
        }

        return error;
    }

    // By thumbprint, as everywhere: what they sign has the key in it.
    private string? Signer(string kind, string name, string hex, string malformed, string? later, out Digest32 thumbprint)
    {
        bool read = TryDigest(hex, out thumbprint);
        string? error = name == None ? TrustErrors.NameReserved
            : !read ? malformed
            : later
            ?? (_names.Contains(name) || !_keys.Add((kind, thumbprint)) ? TrustErrors.Repeated : null);
        if (error is null)
        {
            _names.Add(name);
        }

        return error;
    }

    private string? End(string kind, string hex, string timeText)
    {
        DateTimeOffset time = default;
        string? error = !TryDigest(hex, out Digest32 digest) ? TrustErrors.NodeDigest
            : !TryTime(timeText, out time) ? TrustErrors.Time
            : !_keys.Add((kind, digest)) ? TrustErrors.Repeated
            : null;
        if (error is null)
        {
            Ends.Add(new KeySetEnd(digest, time, kind == "revoked"));
        }

        return error;
    }

    /// <summary>Notes an Ed25519 key: two lines of one kind with one key are one party twice, whatever their names.</summary>
    private string? AddSigner(string kind, ReadOnlySpan<byte> publicKey, string otherKind)
    {
        Digest32 digest = Digest32.Sha256(publicKey);
        return _keys.Contains((otherKind, digest)) ? TrustErrors.WitnessIsLog
            : _keys.Add((kind, digest)) ? null
            : TrustErrors.Repeated;
    }

    private static string? CheckUrl(string? url) =>
        url is null || IsUnder(url, "https://") || IsUnder(url, "http://") ? null : TrustErrors.Url;

    private static bool IsUnder(string url, string scheme) => url.Length > scheme.Length && url.StartsWith(scheme, StringComparison.Ordinal);

    // One spelling: no sign, no leading zero; more digits than a file has statements are no count.
    private static int ParseCount(string text) =>
        text.Length is >= 1 and <= 6 && text[0] != '0' && text.All(char.IsAsciiDigit) ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : 0;

    private static bool TryDigest(string hex, out Digest32 digest)
    {
        byte[] bytes = new byte[Digest32.Size];
        bool read = IsLowerHex(hex, bytes);
        digest = Digest32.From(bytes);
        return read;
    }

    private static bool IsLowerHex(string hex, byte[] bytes) =>
        hex.Length == 2 * bytes.Length
        && hex.All(char.IsAsciiHexDigitLower)
        && Convert.FromHexString(hex, bytes, out _, out _) == System.Buffers.OperationStatus.Done;

    private static bool TryTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time)
        && time >= DateTimeOffset.UnixEpoch;
}
