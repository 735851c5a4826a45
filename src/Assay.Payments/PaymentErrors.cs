namespace Assay.Payments;

/// <summary>Reasons as x402's facilitators give them: clients match on these texts.</summary>
public static class PaymentErrors
{
    public const string InvalidScheme = "invalid_exact_evm_scheme";
    public const string UnsupportedPayload = "unsupported_payload_type";
    public const string NetworkMismatch = "invalid_exact_evm_network_mismatch";
    public const string MissingDomain = "invalid_exact_evm_missing_eip712_domain";
    public const string Signature = "invalid_exact_evm_signature";
    public const string RecipientMismatch = "invalid_exact_evm_recipient_mismatch";
    public const string ValidBefore = "invalid_exact_evm_payload_authorization_valid_before";
    public const string ValidAfter = "invalid_exact_evm_payload_authorization_valid_after";
    public const string ValueMismatch = "invalid_exact_evm_payload_authorization_value_mismatch";
    public const string NonceUsed = "invalid_exact_evm_nonce_already_used";
    public const string InsufficientBalance = "invalid_exact_evm_insufficient_balance";
    public const string SimulationFailed = "invalid_exact_evm_transaction_simulation_failed";
    public const string TransactionFailed = "invalid_exact_evm_transaction_failed";
    public const string TransferMismatch = "invalid_exact_evm_transfer_event_mismatch";
    public const string AssetNotDeployed = "asset_not_deployed_contract";
    public const string SettlementPending = "settlement_pending";
    public const string Permit2Spender = "invalid_permit2_spender";
    public const string Permit2Recipient = "invalid_permit2_recipient_mismatch";
    public const string Permit2Signature = "invalid_permit2_signature";
    public const string Permit2Deadline = "permit2_deadline_expired";
    public const string Permit2NotYet = "permit2_not_yet_valid";
    public const string Permit2Amount = "permit2_amount_mismatch";
    public const string Permit2Token = "permit2_token_mismatch";
    public const string Permit2Allowance = "permit2_allowance_required";
    public const string Permit2Simulation = "permit2_simulation_failed";
    public const string Permit2Balance = "permit2_insufficient_balance";
    public const string Permit2Nonce = "permit2_invalid_nonce";
    public const string UptoScheme = "invalid_upto_evm_scheme";
    public const string UptoExceeds = "invalid_upto_evm_payload_settlement_exceeds_amount";
    public const string UptoFacilitator = "upto_facilitator_mismatch";
    public const string UptoFailed = "invalid_upto_evm_transaction_failed";
    public const string TokenName = "invalid_exact_evm_token_name_mismatch";
    public const string TokenVersion = "invalid_exact_evm_token_version_mismatch";
    public const string NoAuthorizations = "invalid_exact_evm_eip3009_not_supported";
    public const string ProxyNotDeployed = "permit2_proxy_not_deployed";
    public const string PermitFormat = "invalid_eip2612_extension_format";
    public const string PermitFrom = "eip2612_from_mismatch";
    public const string PermitAsset = "eip2612_asset_mismatch";
    public const string PermitSpender = "eip2612_spender_not_permit2";
    public const string PermitDeadline = "eip2612_deadline_expired";
    public const string PermitAmount = "permit2_2612_amount_mismatch";

    /// <summary>The facilitator's operator hasn't allowed this token. Not one of x402's.</summary>
    public const string AssetNotAllowed = "asset_not_allowed";

    /// <summary>The payer is a contract, or an account that a contract acts for (EIP-7702): only accounts with a key pay. Not one of x402's.</summary>
    public const string ContractPayer = "contract_payer_not_supported";

    /// <summary>The request isn't one that can be read.</summary>
    public const string InvalidPayload = "invalid_payload";

    /// <summary>The facilitator's account can't pay for gas: its operator's fault, not the payment's. Not one of x402's.</summary>
    public const string NoGas = "facilitator_out_of_gas";

    /// <summary>The chain's server can't be asked. Not one of x402's; nothing is known then.</summary>
    public const string ChainUnavailable = "chain_unavailable";
}
