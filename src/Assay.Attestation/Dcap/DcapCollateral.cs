using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>
/// The two statements of Intel that a quote is judged by, chosen from a pile (spec/attestation.md, "Collateral" and "Time"): about this
/// kind of enclave and this platform, issued and not expired, signed in the TCB signer's role, and of those the newest.
/// </summary>
internal sealed record DcapCollateral(TcbInfo TcbInfo, QeIdentity QeIdentity)
{
    private static readonly CertificateRole SignerRole = new()
    {
        IsCa = false,
        SignedWith = SignatureAlgorithm.EcdsaP256,
        Key = PublicKeyKind.P256,

        // A platform's key chains to the same root, with the same usages: the name is all that tells them apart.
        CommonName = "Intel SGX TCB Signing",
        Forbidden = [PckExtension.Oid],
    };

    /// <summary>Chooses. <paramref name="missing"/> says that a piece isn't there at all, rather than that none holds.</summary>
    /// <param name="pile">All there is.</param>
    /// <param name="isTdx">TDX or SGX.</param>
    /// <param name="pck">The platform.</param>
    /// <param name="root">The root of the platform's chain; known.</param>
    /// <param name="rootList">What it revoked; null if there's no list, which another step tells.</param>
    /// <param name="times">Clocks.</param>
    /// <param name="error">Of <see cref="DcapErrors"/>; null if both were found.</param>
    /// <param name="missing">See above.</param>
    internal static DcapCollateral? Choose(
        CollateralSet pile, bool isTdx, PckExtension pck, Certificate root, RevocationList? rootList, AppraisalTimes times, out string? error, out bool missing)
    {
        // At its own beginning: the window is held against each statement's time. Whoever adds certificates to the pile adds one look at the
        // root's signature each, and not one at every statement.
        ImmutableArray<Signer> signers =
        [
            .. pile.OfKind(CollateralKind.Certificate).Select(Certificate.TryRead).OfType<Certificate>()
                .Where(static certificate => certificate.CommonName == SignerRole.CommonName)
                .Select(certificate => new Signer(
                    certificate, ChainValidator.Validate([certificate, root], [SignerRole, DcapChain.RootRole], [root.Der], certificate.NotBefore, ChainCache.Shared))),
        ];
        Chooser chooser = new(rootList, signers, times);
        TcbInfo? info = chooser.Choose(
            pile.OfKind(CollateralKind.IntelTcbInfo).Select(TcbInfo.TryRead),
            info => info.Id != (isTdx ? TcbInfo.Tdx : TcbInfo.Sgx) ? DcapErrors.TcbInfoKind
                : !info.Fmspc.Span.SequenceEqual(pck.Fmspc.Span) || !info.PceId.Span.SequenceEqual(pck.PceId.Span) ? DcapErrors.TcbInfoPlatform
                : null,
            new(DcapErrors.NoTcbInfo, DcapErrors.TcbInfoForm, DcapErrors.TcbInfoWindow, DcapErrors.TcbInfoSignature));
        QeIdentity? identity = chooser.Choose(
            pile.OfKind(CollateralKind.IntelQeIdentity).Select(QeIdentity.TryRead),
            identity => identity.Id != (isTdx ? QeIdentity.Tdx : QeIdentity.Sgx) ? DcapErrors.QeIdentityKind : null,
            new(DcapErrors.NoQeIdentity, DcapErrors.QeIdentityForm, DcapErrors.QeIdentityWindow, DcapErrors.QeIdentitySignature));
        error = chooser.Failure ?? chooser.Missing;
        missing = chooser.Failure is null;
        return info is null || identity is null ? null : new DcapCollateral(info, identity);
    }

    private sealed record Signer(Certificate Certificate, ChainResult Chain);

    private sealed record Codes(string Missing, string Form, string Window, string Signature);

    private sealed class Chooser(RevocationList? rootList, ImmutableArray<Signer> signers, AppraisalTimes times)
    {
        /// <summary>Why a statement that's there doesn't count, of the first kind for which none does.</summary>
        internal string? Failure { get; private set; }

        /// <summary>What isn't there.</summary>
        internal string? Missing { get; private set; }

        internal T? Choose<T>(IEnumerable<T?> pieces, Func<T, string?> isAbout, Codes codes)
            where T : IntelStatement
        {
            string? furthest = null;
            int reached = 0;
            void Note(int stage, string code)
            {
                if (stage > reached)
                {
                    reached = stage;
                    furthest = code;
                }
            }

            List<T> fitting = [];
            foreach (T? piece in pieces)
            {
                if (piece is null)
                {
                    Note(1, codes.Form);
                }
                else if (isAbout(piece) is string other)
                {
                    Note(2, other);
                }
                else if (piece.IssueDate > times.Known || piece.NextUpdate < times.At)
                {
                    Note(3, codes.Window);
                }
                else
                {
                    fitting.Add(piece);
                }
            }

            foreach (T piece in fitting.OrderByDescending(static piece => piece.EvaluationNumber).ThenByDescending(static piece => piece.IssueDate))
            {
                string? code = CheckSigner(piece, codes.Signature);
                if (code is null)
                {
                    return piece;
                }

                Note(4, code);
            }

            if (furthest is null || furthest == DcapErrors.NoTcbSigner)
            {
                Missing ??= furthest ?? codes.Missing;
            }
            else
            {
                Failure ??= furthest;
            }

            return null;
        }

        /// <summary>Null if a TCB signer signed it who could; <paramref name="signature"/> if none did.</summary>
        private string? CheckSigner(IntelStatement statement, string signature)
        {
            // A statement of later than the evidence may be signed by a certificate of later: it's held against when it was made.
            DateTimeOffset at = statement.IssueDate > times.At ? statement.IssueDate : times.At;
            string code = signers.IsEmpty ? DcapErrors.NoTcbSigner : signers.FirstOrDefault(static signer => signer.Chain.Code is null) is null ? signers[0].Chain.Code! : signature;
            foreach ((Certificate signer, ChainResult chain) in signers)
            {
                if (chain.Code is not null || signer.Key?.VerifiesRaw(statement.Statement.Signed.Span, statement.Statement.Signature.Span) != true)
                {
                    continue;
                }

                string? refused = at < chain.NotBefore ? CertificateErrors.NotYetValid
                    : at > chain.NotAfter ? CertificateErrors.Expired
                    : rootList?.Names(signer.Serial) == true ? DcapErrors.TcbSignerRevoked
                    : null;
                if (refused is null)
                {
                    return null;
                }

                code = refused;
            }

            return code;
        }
    }
}
