import Crypto
import Hummingbird
import ServiceLifecycle
import StoreSQLite
