namespace Assay.Attestation;

/// <summary>Details of steps of AMD SEV-SNP evidence, and codes of its modes (docs/errors.md).</summary>
internal static class SnpCodes
{
    // tee/parse
    internal const string Length = "snp/length";
    internal const string Version = "snp/version";

    /// <summary>Version 4 is in use (firmware 1.55.31 on some clouds), but AMD never published what changed in it.</summary>
    internal const string Version4 = "snp/version-4";
    internal const string Algorithm = "snp/signature-algorithm";
    internal const string GuestPolicy = "snp/guest-policy";
    internal const string Vmpl = "snp/vmpl";
    internal const string SigningKey = "snp/signing-key";
    internal const string Reserved = "snp/reserved";
    internal const string Padding = "snp/signature-padding";

    // tee/signature
    internal const string NotSigned = "snp/not-signed";
    internal const string NoVek = "snp/no-vek";
    internal const string Signature = "snp/signature";

    // tee/chain, besides those of CertificateErrors
    internal const string UnknownProduct = "snp/product-unknown";

    // tee/revocation
    internal const string NoCrl = "snp/no-crl";

    // tee/signer
    internal const string KeyKind = "snp/key-kind";
    internal const string Product = "snp/product";
    internal const string Chip = "snp/chip";

    // tee/tcb
    internal const string TcbReserved = "snp/tcb-reserved";
    internal const string TcbCertificate = "snp/tcb-certificate";
    internal const string TcbOrder = "snp/tcb-order";

    // Modes: what a policy must accept by name.
    internal const string Debug = "snp/debug";
    internal const string MigrationAgent = "snp/migration-agent";
    internal const string Cxl = "snp/cxl";
    internal const string UnknownPolicyBit = "snp/guest-policy-unknown";
    internal const string Vlek = "snp/vlek";
    internal const string VmplHost = "snp/vmpl-host";
    internal const string VmplPrefix = "snp/vmpl-";
    internal const string NoAliasCheck = "snp/no-alias-check";
    internal const string Version2 = "snp/version-2";
    internal const string MaskedChip = "snp/masked-chip";
    internal const string Milan = "snp/milan";

    // Azure's wrapper: tee/parse, then tee/signature, then modes.
    internal const string AzureHeader = "azure/header";
    internal const string AzureTdx = "azure/tdx";
    internal const string AzureType = "azure/report-type";
    internal const string AzureLength = "azure/length";
    internal const string AzureHash = "azure/hash-type";
    internal const string AzurePadding = "azure/padding";
    internal const string AzureRuntime = "azure/runtime-data";
    internal const string AzureRuntimeHash = "azure/runtime-hash";
    internal const string Paravisor = "azure/paravisor";
    internal const string GuestNotMeasured = "azure/guest-not-measured";
    internal const string NoSecureBoot = "azure/no-secure-boot";
}
