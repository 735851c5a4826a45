using System.Security.Cryptography.X509Certificates;
using Assay.Testing;
using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests;

/// <summary>
/// Chains against <see cref="X509Chain"/>, over mutations: what it refuses we refuse, and where we refuse what it accepts the reason
/// is one of a few, which are written down here.
/// </summary>
public sealed class DifferentialTests
{
    /// <summary>
    /// Stricter on purpose. Parse: only DER, only version 3, no extension twice. Role, critical, algorithm, key: the shape's rules, which
    /// X509Chain knows nothing of. Name: bytes are compared, not letters. Anchor: the root's bytes are compared, X509Chain was given the
    /// mutated one to trust. Never a signature or a time.
    /// </summary>
    private static readonly string[] Stricter =
        [CertificateErrors.Parse, CertificateErrors.Role, CertificateErrors.Critical, CertificateErrors.Algorithm, CertificateErrors.Key, CertificateErrors.Name, CertificateErrors.Anchor];

    private readonly Dictionary<string, int> _seen = [];
    private readonly ChainCache _cache = new();

    [Fact]
    public void Mutations_of_real_chains()
    {
        Random random = new(1);
        (Certificate[] Chain, CertificateRole[] Roles)[] all = [.. RealChains.All()];

        // P-384 takes the platform thirty times as long as the others: those chains take a smaller part.
        (Certificate[] Chain, CertificateRole[] Roles)[] fast = [.. all.Where(static chain => chain.Roles.Length <= 3)];
        (Certificate[] Chain, CertificateRole[] Roles)[] slow = [.. all.Where(static chain => chain.Roles.Length > 3)];
        for (int i = 0; i < Scale(1000); i++)
        {
            Mutate(random, fast[random.Next(fast.Length)]);
        }

        for (int i = 0; i < Scale(40); i++)
        {
            Mutate(random, slow[random.Next(slow.Length)]);
        }

        Assert.True(_seen.GetValueOrDefault("both accept") > 10, Seen);
        Assert.True(_seen.GetValueOrDefault("both refuse") > 300, Seen);
    }

    [Fact]
    public void Mutations_that_were_signed_again()
    {
        Random random = new(2);
        SyntheticChain chain = new();
        Mutator[] mutators = [.. new[] { chain.Leaf, chain.Middle }.Select(static (certificate, i) => new Mutator(10 + i, [Certificate.TryRead(certificate.Der)!.Tbs.ToArray()]))];
        for (int i = 0; i < Scale(800); i++)
        {
            int place = random.Next(2);
            byte[] tbs = random.Next(3) == 0 ? mutators[place].Next() : Certificate.TryRead(place == 0 ? chain.Leaf.Der : chain.Middle.Der)!.Tbs.ToArray();
            if (random.Next(3) > 0 && tbs.Length > 0)
            {
                tbs[random.Next(tbs.Length)] = (byte)random.Next(256);
            }

            byte[] signed;
            try
            {
                signed = SyntheticPki.Signed(tbs, chain.Root.Key.Algorithm, place == 0 ? chain.Middle.Key : chain.Root.Key);
            }
            catch (ArgumentException)
            {
                continue; // Not even one value of BER.
            }

            Compare(place == 0 ? [signed, chain.Middle.Der, chain.Root.Der] : [chain.Leaf.Der, signed, chain.Root.Der], chain.Roles, SyntheticPki.At);
        }

        Assert.True(_seen.GetValueOrDefault("both accept") > 50, Seen);
        Assert.True(_seen.GetValueOrDefault("both refuse") > 300, Seen);
    }

    [Fact]
    public void Chains_of_all_kinds_of_content()
    {
        Random random = new(3);
        for (int i = 0; i < Scale(150); i++)
        {
            SyntheticChain chain = new(root: Any(random, "Root", true), middle: Any(random, "Middle", true), leaf: Any(random, "A leaf", false));
            for (int j = 0; j < 4; j++)
            {
                Compare([chain.Leaf.Der, chain.Middle.Der, chain.Root.Der], chain.Roles, SyntheticPki.At.AddDays(random.Next(-300, 300)));
            }
        }

        Assert.True(_seen.GetValueOrDefault("both accept") > 50, Seen);
        Assert.True(_seen.GetValueOrDefault("both refuse") > 200, Seen);
    }

    private string Seen => string.Join("; ", _seen.Select(static pair => $"{pair.Key}: {pair.Value}"));

    private static int Scale(int count) => FuzzRun.IsDeep ? 20 * count : count;

    private static CertificateTemplate Any(Random random, string name, bool isCa)
    {
        int day = random.Next(8) == 0 ? random.Next(-200, 200) : 0;
        List<SyntheticExtension> extensions = [];
        if (isCa || random.Next(2) == 0)
        {
            bool says = random.Next(12) == 0 ? !isCa : isCa;
            extensions.Add(SyntheticExtension.BasicConstraints(says, says && random.Next(3) == 0 ? random.Next(3) : null));
        }

        if (random.Next(2) == 0)
        {
            X509KeyUsageFlags usual = isCa ? X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign : X509KeyUsageFlags.DigitalSignature;
            extensions.Add(SyntheticExtension.KeyUsage(random.Next(6) == 0 ? X509KeyUsageFlags.KeyAgreement : usual));
        }

        if (random.Next(6) == 0)
        {
            extensions.Add(new SyntheticExtension("1.2.3.4.5", random.Next(2) == 0, [5, 0]));
        }

        return new CertificateTemplate
        {
            Subject = $"CN={name}, O=Test",
            Serial = random.Next(4) == 0 ? [0] : [1, (byte)random.Next(256)],
            NotBefore = SyntheticPki.NotBefore.AddDays(day),
            NotAfter = SyntheticPki.NotAfter.AddDays(random.Next(8) == 0 ? random.Next(-200, 200) : 0),
            Extensions = extensions,
            Issuer = name != "Root" && random.Next(15) == 0 ? SyntheticPki.Name("CN=Somebody else") : null,
        };
    }

    private void Mutate(Random random, (Certificate[] Chain, CertificateRole[] Roles) real)
    {
        byte[][] chain = [.. real.Chain.Select(static certificate => certificate.Der.ToArray())];
        int place = random.Next(20) == 0 ? -1 : random.Next(chain.Length);
        if (place >= 0)
        {
            byte[] mutated = chain[place];
            int at = random.Next(mutated.Length);
            switch (random.Next(4))
            {
                case 0:
                    mutated[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    mutated[at] = (byte)random.Next(256);
                    break;
                case 2:
                    chain[place] = real.Chain[random.Next(real.Chain.Length)].Der.ToArray();
                    break;
                default:
                    int length = Math.Min(random.Next(1, 5), mutated.Length - at);
                    random.NextBytes(mutated.AsSpan(at, length));
                    break;
            }
        }

        DateTimeOffset from = real.Chain.Max(static certificate => certificate.NotBefore);
        DateTimeOffset until = real.Chain.Min(static certificate => certificate.NotAfter);
        double day = random.Next(10) == 0 ? random.Next(-400, 400) : 0;
        Compare(chain, real.Roles, from.AddDays(day).AddSeconds(random.NextDouble() * (until - from).TotalSeconds / 2), real.Chain[^1].Der.ToArray());
    }

    /// <param name="chain">Leaf first.</param>
    /// <param name="roles">Its shape.</param>
    /// <param name="at">When.</param>
    /// <param name="anchor">The only root that we trust; the chain's last if null.</param>
    private void Compare(byte[][] chain, CertificateRole[] roles, DateTimeOffset at, byte[]? anchor = null)
    {
        // The framework counts whole seconds.
        at = at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond));
        Certificate?[] read = [.. chain.Select(static der => Certificate.TryRead(der))];
        string? ours = read.Contains(null)
            ? CertificateErrors.Parse
            : ChainValidator.Validate(read!, roles, [anchor ?? chain[^1]], at, _cache).Code;
        string? why = ChainOracle.Refuses(chain, at);
        bool theirs = why is null;
        string outcome = (ours is null, theirs) switch
        {
            (true, true) => "both accept",
            (false, false) => "both refuse",
            (false, true) => $"only we refuse, {ours}",
            (true, false) => "only they refuse",
        };
        _seen[outcome] = _seen.GetValueOrDefault(outcome) + 1;

        // RFC 5280, section 4.1.2.5: a certificate is in force through its last second. OpenSSL leaves that one out.
        if (ours is null && !theirs && !read.Any(certificate => certificate!.NotAfter == at))
        {
            Assert.Fail($"Accepted against the framework ({why}) at {at:O}: {string.Join(" ", chain.Select(Convert.ToHexStringLower))}");
        }

        if (ours is not null && theirs)
        {
            Assert.True(Stricter.Contains(ours), $"{ours} against the framework at {at:O}: {string.Join(" ", chain.Select(Convert.ToHexStringLower))}");
        }
    }
}
